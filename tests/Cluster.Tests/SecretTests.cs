using System.Globalization;
using VideoGen.Cluster.Tests.Processes;
using VideoGen.Silo.Hosting;

namespace VideoGen.Cluster.Tests;

/// <summary>A Redis that asks for a password, or that is not there: one sentence, and no password in it.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Password = "correct-horse-battery";

    private readonly TemporaryFolder _folder = new();
    private readonly VideoGenCommand _videogen;

    public SecretTests() => _videogen = new VideoGenCommand(_folder.File("data"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("silo")]
    [InlineData("worker")]
    [InlineData("list")]
    public async Task WithoutRedisThereIsOneSentenceAndExitCodeFive(string command)
    {
        var address = $"127.0.0.1:{FreePort.Take().ToString(CultureInfo.InvariantCulture)}";

        var (exitCode, output) = await _videogen.RunAsync(command, "--redis", $"{address},password={Password}");

        Assert.Equal(5, exitCode);
        Assert.Equal($"videogen: Redis at {address} does not answer. Is it running, and is the address right?", output);
    }

    [Fact]
    public async Task AWrongPasswordIsSaidWithoutIt()
    {
        await using var redis = await RedisServer.StartAsync(Password);

        var (exitCode, output) = await _videogen.RunAsync("silo", "--redis", $"{redis.Address},password=wrong-{Password}");

        Assert.Equal(5, exitCode);
        Assert.Equal($"videogen: Redis at {redis.Address} refuses the user or the password. Correct them in the text that names it.", output);
    }

    [Fact]
    public async Task ThePasswordComesFromTheEnvironmentOrFromAFileAndIsInNoLog()
    {
        await using var redis = await RedisServer.StartAsync(Password);
        var file = _folder.Write("redis", $"{redis.Address},password={Password}\n");
        Dictionary<string, string> byFile = new() { ["VIDEOGEN_REDIS_FILE"] = file };
        Dictionary<string, string> byValue = new() { ["VIDEOGEN_REDIS"] = $"{redis.Address},password={Password}" };
        await using var silo = _videogen.Start(["silo", "--fast-membership", "--verbose"], settings: byFile);
        await silo.WaitForLineAsync("The silo is up");

        await using var worker = _videogen.Start(["worker", "--verbose"], settings: byValue);
        await worker.WaitForLineAsync("The worker is up");
        var (listing, listed) = await _videogen.RunAsync("list", "--redis-file", file);
        await redis.KillAsync();
        await silo.WaitForLineAsync("warn");

        Assert.True(listing == 0, listed);
        Assert.All([silo, worker], process => Assert.DoesNotContain(Password, process.Output, StringComparison.Ordinal));
    }
}
