using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VideoGen.Silo.Tests.Tls;

/// <summary>An authority of a test's own, which signs certificates into files.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Began = TimeProvider.System.GetUtcNow().AddDays(-1);

    private readonly X509Certificate2 _certificate;

    public TestAuthority(string folder)
    {
        Folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority of tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _certificate = request.CreateSelfSigned(Began.AddYears(-9), Began.AddYears(9));
        Directory.CreateDirectory(folder);
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
    }

    public string Folder { get; }

    public string CertificateFile => Path.Combine(Folder, "authority.pem");

    public static string KeyOf(string file) => Path.ChangeExtension(file, ".key");

    /// <summary>The file of a new certificate; its key is beside it.</summary>
    /// <param name="file">The name of the file.</param>
    /// <param name="name">The DNS name that it is for.</param>
    /// <param name="from">The first day on which it is valid, counted from yesterday.</param>
    /// <param name="days">The days on which it is valid.</param>
    /// <param name="purposes">What it may be used for; none for everything.</param>
    public string Sign(string file, string name, int from = 0, int days = 30, params string[] purposes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={file}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        if (purposes.Length > 0)
        {
            var oids = new OidCollection();
            Array.ForEach(purposes, purpose => oids.Add(new Oid(purpose)));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, false));
        }

        using var certificate = request.Create(_certificate, Began.AddDays(from), Began.AddDays(from + days), RandomNumberGenerator.GetBytes(12));
        var path = Path.Combine(Folder, file + ".pem");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(KeyOf(path), key.ExportPkcs8PrivateKeyPem());
        return path;
    }

    public void Dispose() => _certificate.Dispose();
}
