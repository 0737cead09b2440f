using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using VideoGen.Benchmarks.Marks;
using VideoGen.Benchmarks.Peers;
using VideoGen.Storage.AzureTables;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Sqlite;
using VideoGen.Tasks.Queries;

namespace VideoGen.Benchmarks.Silos;

/// <summary>What a silo keeps its grains in.</summary>
internal static class Stores
{
    /// <summary>The name that our task grain asks for.</summary>
    public const string Tasks = "tasks";

    public static ISiloBuilder UseSqlite(this ISiloBuilder silo, string folder, string name = Tasks) =>
        silo.AddSqliteTaskStorage(name, options => options.DatabasePath = Path.Combine(folder, "tasks.db"));

    public static ISiloBuilder UseAzureTable(this ISiloBuilder silo, string connectionString, string table) =>
        silo.AddAzureTableTaskStorage(Tasks, options =>
        {
            options.ConnectionString = connectionString;
            options.TableName = table;
        });

    public static ISiloBuilder UsePostgres(this ISiloBuilder silo, string connectionString) =>
        silo.AddPostgresTaskStorage(Tasks, options => options.ConnectionString = connectionString);

    /// <summary>A store that fails some of its writes after it executed them, in front of a real one.</summary>
    public static ISiloBuilder UseFaulty(this ISiloBuilder silo, string name, double share, DurableMarks durable, Action<string> addInner)
    {
        var inner = $"{name}-inner";
        addInner(inner);
        silo.Services.AddSingleton<IGrainStorageSerializer, PeerSerializer>();
        silo.Services.AddGrainStorage(
            name,
            (provider, _) => (IGrainStorage)new FaultyStorage(provider.GetRequiredKeyedService<IGrainStorage>(inner), share, durable));
        silo.Services.AddSingleton(provider => provider.GetRequiredKeyedService<ITaskIndex>(inner));
        return silo;
    }

    public static ISiloBuilder UseOneRequestPerWrite(this ISiloBuilder silo, TableClient table)
    {
        silo.Services.AddGrainStorage(PeerStorage.Name, (_, _) => (IGrainStorage)new OneRequestPerWriteStorage(table, new PeerSerializer()));
        return silo;
    }
}
