using Microsoft.Extensions.Configuration;
using StackExchange.Redis;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Silo.Hosting;
using VideoGen.Storage;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Cli.Tests;

/// <summary>No password, key or signature gets into what people and logs see.</summary>
public sealed class SecretTextTests
{
    private const string Secret = "hunter2/+==";

    [Theory]
    [InlineData("redis:6379,password=hunter2/+==,ssl=true", "redis:6379,password=***,ssl=true")]
    [InlineData("Cannot use redis:6379,Password = hunter2/+==.", "Cannot use redis:6379,Password = ***")]
    [InlineData("AccountName=a;AccountKey=hunter2/+==;TableEndpoint=https://t", "AccountName=a;AccountKey=***;TableEndpoint=https://t")]
    [InlineData("https://a.table.core.windows.net/?sv=2024&sig=hunter2/+==&se=1", "https://a.table.core.windows.net/?sv=2024&sig=***&se=1")]
    [InlineData("SharedAccessSignature=sv=2024&sig=hunter2/+==", "SharedAccessSignature=***&sig=***")]
    [InlineData("redis://user:hunter2/+==@host:6379/0", "redis://user:hunter2/+==@host:6379/0")]
    [InlineData("redis://user:hunter2@host:6379/0", "redis://***@host:6379/0")]
    [InlineData("Bearer vg_operator_0000000000000000000000000000000000000000000000000 is none", "Bearer vg_operator_*** is none")]
    [InlineData("vgs_worker_AAAA-AAAA_AAAA", "vgs_worker_***")]
    [InlineData("GET /login?token=0123456789abcdef HTTP/1.1", "GET /login?token=*** HTTP/1.1")]
    [InlineData("GET /tasks/a?read=vgr_MTIz.NDU2&x=1", "GET /tasks/a?read=***&x=1")]
    [InlineData("The design is signed at 10:00; passwords are kept.", "The design is signed at 10:00; passwords are kept.")]
    public void SecretsAreMaskedAndTheRestStays(string text, string masked) => Assert.Equal(masked, SecretText.Mask(text));

    [Theory]
    [InlineData("redis-1:7000,redis-2,user=me,password=hunter2/+==", "redis-1:7000, redis-2:6379")]
    [InlineData("127.0.0.1,password=hunter2/+==", "127.0.0.1:6379")]
    public void AClusterIsShownByItsServers(string redis, string shown)
    {
        var address = new RedisAddress(redis, "videogen");

        Assert.Equal(shown, $"{address}");
        var failure = address.Explain(new RedisConnectionException(ConnectionFailureType.UnableToConnect, redis));
        Assert.DoesNotContain(Secret, failure!.Message, StringComparison.Ordinal);
        Assert.Contains(Secret, address.Configure(new SiloHostOptions()).Redis, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password=hunter2/+==")]
    [InlineData("redis:6379,password=hunter2/+==,abortConnect=perhaps")]
    [InlineData("redis:6379,password=hunter2/+==,nonsense=1")]
    public void ARejectedAddressIsNotRepeated(string redis)
    {
        var failure = Assert.Throws<CommandFailedException>(() => new RedisAddress(redis, "videogen"));

        Assert.Equal(ExitCode.BadInput, failure.ExitCode);
        Assert.Contains("HOST:PORT", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccountName=a;AccountKey=hunter2/+==;oops")]
    [InlineData("AccountName=a;AccountKey=hunter2/+==;DefaultEndpointsProtocol=https;TableEndpoint=nowhere")]
    [InlineData("TableEndpoint=nowhere at all;SharedAccessSignature=sv=2024&sig=hunter2/+==")]
    public async Task ARejectedConnectionStringIsNotRepeated(string connection)
    {
        var settings = new Dictionary<string, string?> { ["s:ProviderType"] = "AzureTable", ["s:ConnectionString"] = connection, ["s:TableName"] = "tasks" };
        var section = new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("s");

        var failure = await Assert.ThrowsAsync<StoreException>(() => TaskStoreReader.OpenAsync(section, TestContext.Current.CancellationToken));

        Assert.DoesNotContain(Secret, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsToHoldTheConnectionIsNamedWhenItCannotBeRead()
    {
        var failure = Assert.Throws<CommandFailedException>(() => SecretSource.ReadFile("/nowhere/redis"));

        Assert.Equal(ExitCode.BadInput, failure.ExitCode);
        Assert.Contains("/nowhere/redis", failure.Message, StringComparison.Ordinal);
    }
}
