using System.Security.Cryptography.X509Certificates;
using VideoGen.Silo.Hosting;
using VideoGen.Silo.Hosting.Tls;

namespace VideoGen.Silo.Tests.Tls;

public sealed class ClusterCertificateTests : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";

    private const string Cluster = "videogen";

    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-tls-").FullName;
    private readonly TestAuthority _authority;

    public ClusterCertificateTests() => _authority = new TestAuthority(Path.Combine(_folder, "ours"));

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void SilosAndClientsOfOneAuthority_BelieveEachOther()
    {
        var silo = Load(_authority.Sign("silo", Cluster));
        var client = Load(_authority.Sign("worker", "whoever"), isSilo: false);
        Assert.True(silo.Own.HasPrivateKey);
        Assert.True(silo.Believes(client.Own, isSilo: false));
        Assert.True(client.Believes(silo.Own, isSilo: true));
    }

    /// <summary>One sentence, with the file that is to blame.</summary>
    [Fact]
    public void CertificateThatCannotBeUsed_IsSaidAtTheStart()
    {
        var good = _authority.Sign("good", Cluster);
        using var others = new TestAuthority(Path.Combine(_folder, "others"));
        var empty = Path.Combine(_folder, "empty.pem");
        File.WriteAllText(empty, "");
        foreach (var (files, expected) in new (CertificateFiles, string)[]
        {
            (Files(_authority.Sign("old", Cluster, from: -90)), @"old.pem \(CN=old\) expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$"),
            (Files(_authority.Sign("new", Cluster, from: 9)), @"new.pem \(CN=new\) is not valid before \d{4}-\d\d-\d\d"),
            (Files(_authority.Sign("other", "elsewhere")), @"other.pem \(CN=other\) is not for the cluster 'videogen'"),
            (Files(_authority.Sign("server", Cluster, 0, 30, ForServers)), "server.pem .* is not for clients. A silo is server and client.$"),
            (Files(others.Sign("stranger", Cluster)), @"stranger.pem \(CN=stranger\) is not signed by an authority in .*authority.pem\.$"),
            (Files(good) with { Key = Path.Combine(_folder, "none.key") }, "^The key of the certificate cannot be read from .*none.key: "),
            (Files(good) with { Key = TestAuthority.KeyOf(others.Sign("x", Cluster)) }, "^The key of the certificate in .*x.key cannot be used: "),
            (Files(Path.Combine(_folder, "none.pem")), "^The certificate cannot be read from .*none.pem: "),
            (Files(empty), "^The file .*empty.pem holds no certificate. It needs one, in PEM.$"),
            (Files(good) with { Authority = empty }, "^The file .*empty.pem holds no certificate of an authority."),
        })
        {
            var error = Assert.Throws<ClusterSecurityException>(() => new ClusterCertificate(files, Cluster, isSilo: true, TimeProvider.System));
            Assert.Matches(expected, error.Message);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Theory]
    [InlineData("old", "expired on")]
    [InlineData("stranger", "is not signed by an authority")]
    [InlineData("elsewhere", "is not for the cluster 'videogen'")]
    public void OtherThatDoesNotBelongToTheCluster_IsRefusedWithAReason(string who, string reason)
    {
        using var others = new TestAuthority(Path.Combine(_folder, "others"));
        var own = Load(_authority.Sign("own", Cluster));
        var said = new List<string>();
        own.Refused += said.Add;
        using var other = X509CertificateLoader.LoadCertificateFromFile(who switch
        {
            "old" => _authority.Sign("old", Cluster, from: -90),
            "stranger" => others.Sign("stranger", Cluster),
            _ => _authority.Sign("elsewhere", "elsewhere"),
        });

        Assert.False(own.Believes(other, isSilo: true));
        Assert.Contains(reason, Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(who == "elsewhere", own.Believes(other, isSilo: false));
    }

    /// <summary>A certificate is renewed by replacing its files; half of one is passed over.</summary>
    [Fact]
    public void FilesThatAreReplaced_AreUsedFromThenOn()
    {
        var file = _authority.Sign("silo", Cluster);
        var certificate = Load(file);
        var first = certificate.Own.SerialNumber;
        var said = new List<string>();
        certificate.Refused += said.Add;

        File.WriteAllText(file, "half");
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(first, certificate.Own.SerialNumber);
        Assert.Contains("the former one still is", Assert.Single(said), StringComparison.Ordinal);

        _authority.Sign("silo", Cluster);
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        Assert.NotEqual(first, certificate.Own.SerialNumber);
        Assert.Single(said);
    }

    /// <summary>Whoever reaches a silo may do with tasks what they like, so it is not reached from elsewhere unless that is wanted.</summary>
    [Fact]
    public void AddressThatIsNotLoopback_NeedsACertificateOrATrustedNetwork()
    {
        var files = Files(_authority.Sign("silo", Cluster));
        var error = Assert.Throws<ClusterSecurityException>(() => Create(new SiloHostOptions { AdvertisedAddress = "192.0.2.1" }));
        Assert.Matches("would be reached at 192.0.2.1, .*certificate.*--insecure-network", error.Message);
        Create(new SiloHostOptions { AdvertisedAddress = "192.0.2.1", InsecureNetwork = true });
        Create(new SiloHostOptions { AdvertisedAddress = "192.0.2.1", Tls = files });
        Create(new SiloHostOptions { AdvertisedAddress = "127.0.0.2" });

        static void Create(SiloHostOptions options) => ((IDisposable)SiloHost.Create(
            options with { Http = false }, ["--Orleans:GrainStorage:tasks:ProviderType=Sqlite", "--Orleans:GrainStorage:tasks:DatabasePath=none"])).Dispose();
    }

    private CertificateFiles Files(string certificate) => new(certificate, TestAuthority.KeyOf(certificate), _authority.CertificateFile);

    private ClusterCertificate Load(string certificate, bool isSilo = true) => new(Files(certificate), Cluster, isSilo, TimeProvider.System);
}
