using VideoGen.Cluster.Tests.Processes;
using VideoGen.Silo.Tests.Tls;

namespace VideoGen.Cluster.Tests;

/// <summary>Silos and clients that show each other certificates.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority;
    private readonly TestAuthority _others;
    private RedisServer _redis = null!;

    public TlsTests() => (_authority, _others) = (new TestAuthority(_folder.File("ours")), new TestAuthority(_folder.File("others")));

    public async ValueTask InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        _authority.Dispose();
        _others.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task SilosAndWorkersOfOneAuthorityMakeAVideoAndOthersStayOutside()
    {
        var silo = Command(_authority.Sign("silo", "videogen"));
        var worker = Command(_authority.Sign("worker", "worker"));
        await using var first = await silo.StartSiloAsync("--redis", _redis.Address);
        await using var second = await silo.StartSiloAsync("--redis", _redis.Address);
        await using var work = worker.Start("worker", "--redis", _redis.Address);
        await work.WaitForLineAsync("The worker is up");

        var (exitCode, output) = await worker.RunAsync(
            "submit", _folder.Write("note.md", Documents.Note), "--redis", _redis.Address, "--id", "note", "--size", "320x240", "--wait",
            "-o", _folder.File("note.mp4"));
        Assert.True(exitCode == 0, output + first.Output + second.Output + work.Output);

        (exitCode, output) = await new VideoGenCommand(_folder.File("data")).RunAsync("list", "--redis", _redis.Address);
        Assert.True(exitCode == 5, output);
        (exitCode, output) = await Command(_others.Sign("stranger", "videogen"), _others).RunAsync("list", "--redis", _redis.Address);
        Assert.Equal(5, exitCode);
        Assert.Matches(@"^videogen: A silo was refused: its certificate \(CN=silo\) is not signed by an authority in .*authority.pem\.$", output);
    }

    [Fact]
    public async Task ACertificateThatExpiredEndsTheCommandWithOneSentence()
    {
        var (exitCode, output) = await Command(_authority.Sign("old", "videogen", from: -90)).RunAsync("silo", "--redis", _redis.Address);
        Assert.Equal(2, exitCode);
        Assert.Matches(@"^videogen: The certificate in .*old.pem \(CN=old\) expired on [0-9: -]+ UTC\.$", output);
    }

    [Fact]
    public async Task ACertificateWithoutItsKeyIsRefused()
    {
        var (exitCode, output) = await new VideoGenCommand(_folder.File("data")).RunAsync("silo", "--tls-cert", "x.pem", "--tls-ca", "y.pem");
        Assert.Equal(2, exitCode);
        Assert.StartsWith("videogen: --tls-key ($VIDEOGEN_TLS_KEY) is missing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASiloIsNotReachedFromElsewhereWithoutACertificate()
    {
        var (exitCode, output) = await new VideoGenCommand(_folder.File("data")).RunAsync("silo", "--redis", _redis.Address, "--advertise", "192.0.2.1");
        Assert.Equal(2, exitCode);
        Assert.Matches("^videogen: The silo would be reached at 192.0.2.1, .*--insecure-network", output);
    }

    private VideoGenCommand Command(string certificate, TestAuthority? authority = null) => new(
        _folder.File("data"),
        new Dictionary<string, string>
        {
            ["VIDEOGEN_TLS_CERT"] = certificate,
            ["VIDEOGEN_TLS_KEY"] = TestAuthority.KeyOf(certificate),
            ["VIDEOGEN_TLS_CA"] = (authority ?? _authority).CertificateFile,
        });
}
