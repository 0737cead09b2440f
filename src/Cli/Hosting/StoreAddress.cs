using VideoGen.Cli.Exits;
using VideoGen.Silo.Hosting;
using VideoGen.Storage.AzureTables;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Cli.Hosting;

/// <summary>A cluster whose silos meet where its tasks are: in a PostgreSQL database, or in an Azure storage account.</summary>
internal sealed class StoreAddress : ClusterAddress
{
    private readonly World _world;
    private readonly string _connection;
    private readonly string _place;

    /// <exception cref="CommandFailedException">The text is no connection string.</exception>
    public StoreAddress(World world, string connection, string clusterId)
        : base(clusterId)
    {
        (_world, _connection) = (world, connection);
        try
        {
            _place = world == World.Azure ? AzureMembership.Describe(connection) : PostgresMembership.Describe(connection);
        }
        catch (StoreException exception)
        {
            throw new CommandFailedException(ExitCode.BadInput, exception.Message, exception);
        }
    }

    public override string Option => $"{Worlds.Option} {Worlds.NameOf(_world)}";

    public override void Configure(IClientBuilder client)
    {
        if (_world == World.Azure)
        {
            client.UseAzureStorageClustering(azure =>
            {
                azure.TableServiceClient = AzureMembership.Connect(_connection);
                azure.TableName = AzureMembership.TableName;
            });
        }
        else
        {
            client.UseAdoNetClustering(database =>
            {
                database.Invariant = PostgresMembership.Invariant;
                database.ConnectionString = PostgresMembership.ToProvider(_connection);
            });
        }
    }

    public override SiloHostOptions Configure(SiloHostOptions silo) =>
        _world == World.Azure ? silo with { AzureTables = _connection } : silo with { Postgres = _connection };

    public override async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (_world == World.Azure
                ? AzureMembership.PrepareAsync(_connection, cancellationToken)
                : PostgresMembership.PrepareAsync(_connection, cancellationToken));
        }
        catch (StoreException exception)
        {
            throw Unavailable(exception);
        }
    }

    public override CommandFailedException? Explain(Exception exception) => exception is StoreException store ? Unavailable(store) : null;

    public override string ToString() => _place;

    private static CommandFailedException Unavailable(StoreException exception) => new(ExitCode.Unavailable, SecretText.Mask(exception.Message), exception);
}
