using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VideoGen.Silo.Hosting.Tls;

/// <summary>
/// The certificate of this process, and whom it believes. Files that were replaced are read again at the next connection, so that certificates are renewed
/// without a restart; new ones that cannot be used are passed over, and said.
/// </summary>
internal sealed class ClusterCertificate
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";

    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly CertificateFiles _files;
    private readonly string _cluster;
    private readonly bool _isSilo;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Loaded _loaded;

    /// <param name="files">Where it is.</param>
    /// <param name="cluster">The name of the cluster, for which the certificates of silos are.</param>
    /// <param name="isSilo">Whether this process is a silo.</param>
    /// <param name="time">The time.</param>
    /// <exception cref="ClusterSecurityException">They cannot be used.</exception>
    public ClusterCertificate(CertificateFiles files, string cluster, bool isSilo, TimeProvider time)
    {
        (_files, _cluster, _isSilo, _time) = (files, cluster, isSilo, time);
        _loaded = Load();
    }

    /// <summary>Hears of what was refused, in a sentence.</summary>
    public event Action<string>? Refused;

    /// <summary>The certificate as it stands in its file now, where that can be used.</summary>
    public X509Certificate2 Own => Current().Own;

    /// <summary>Whether another process belongs to the cluster.</summary>
    /// <param name="certificate">What it shows.</param>
    /// <param name="isSilo">Whether it is to be a silo; else it may be a client as well.</param>
    public bool Believes(X509Certificate2 certificate, bool isSilo)
    {
        var problem = FindProblem(certificate, isSilo, Current().Authorities);
        if (problem is not null)
        {
            Refused?.Invoke($"A {(isSilo ? "silo" : "process")} was refused: its certificate ({Name(certificate)}) {problem}.");
        }

        return problem is null;
    }

    private Loaded Current()
    {
        lock (_gate)
        {
            if (_loaded.Stamp == Stamp())
            {
                return _loaded;
            }

            try
            {
                _loaded = Load();
            }
            catch (ClusterSecurityException exception)
            {
                // It may be half written; whatever it is then has another stamp.
                _loaded = _loaded with { Stamp = Stamp() };
                Refused?.Invoke($"The new certificate is not used, and the former one still is. {exception.Message}");
            }

            return _loaded;
        }
    }

    private (DateTime, DateTime, DateTime) Stamp() =>
        (File.GetLastWriteTimeUtc(_files.Certificate), File.GetLastWriteTimeUtc(_files.Key), File.GetLastWriteTimeUtc(_files.Authority));

    private Loaded Load()
    {
        var stamp = Stamp();
        var authorities = new X509Certificate2Collection();
        Read(_files.Authority, "The authority's certificate", authorities.ImportFromPemFile);
        if (authorities.Count == 0)
        {
            throw new ClusterSecurityException($"The file {_files.Authority} holds no certificate of an authority. It needs one, in PEM.");
        }

        var own = ReadOwn();
        if (FindProblem(own, _isSilo, authorities) is { } problem)
        {
            throw new ClusterSecurityException($"The certificate in {_files.Certificate} ({Name(own)}) {problem}.");
        }

        foreach (var (purpose, word) in ((string, string)[])[(ForServers, "servers"), (ForClients, "clients")])
        {
            if ((_isSilo || purpose == ForClients) && !Allows(own, purpose))
            {
                throw new ClusterSecurityException(
                    $"The certificate in {_files.Certificate} ({Name(own)}) is not for {word}. "
                    + (_isSilo ? "A silo is server and client." : "This process is a client."));
            }
        }

        return new Loaded(own, authorities, stamp);
    }

    private X509Certificate2 ReadOwn()
    {
        var certificates = new X509Certificate2Collection();
        Read(_files.Certificate, "The certificate", certificates.ImportFromPemFile);
        if (certificates.Count == 0)
        {
            throw new ClusterSecurityException($"The file {_files.Certificate} holds no certificate. It needs one, in PEM.");
        }

        X509Certificate2? whole = null;
        Read(_files.Key, "The key of the certificate", file => whole = X509Certificate2.CreateFromPemFile(_files.Certificate, file));

        // Windows takes only keys that it keeps itself.
        return X509CertificateLoader.LoadPkcs12(whole!.Export(X509ContentType.Pkcs12), null);
    }

    private static void Read(string file, string what, Action<string> read)
    {
        try
        {
            read(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClusterSecurityException($"{what} cannot be read from {file}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new ClusterSecurityException(
                $"{what} in {file} cannot be used: {exception.Message.TrimEnd('.')}. It is to be in PEM, without a password.", exception);
        }
    }

    /// <summary>What goes after "the certificate"; null for nothing.</summary>
    private string? FindProblem(X509Certificate2 certificate, bool isSilo, X509Certificate2Collection authorities)
    {
        var now = _time.GetUtcNow();
        if (now > certificate.NotAfter.ToUniversalTime())
        {
            return $"expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC";
        }

        if (now < certificate.NotBefore.ToUniversalTime())
        {
            return $"is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC";
        }

        if (!IsSigned(certificate, authorities, now))
        {
            return $"is not signed by an authority in {_files.Authority}";
        }

        return isSilo && !certificate.MatchesHostname(_cluster, allowWildcards: false, allowCommonName: false)
            ? $"is not for the cluster '{_cluster}': the certificate of a silo has the cluster's name as a DNS name"
            : null;
    }

    private static bool IsSigned(X509Certificate2 certificate, X509Certificate2Collection authorities, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(authorities);
        return chain.Build(certificate);
    }

    /// <summary>A certificate that names no purpose is for all.</summary>
    private static bool Allows(X509Certificate2 certificate, string purpose)
    {
        var named = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToArray();
        return named.Length == 0 || named.Any(extension => extension.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == purpose));
    }

    private static string Name(X509Certificate2 certificate) => certificate.Subject is { Length: > 0 } subject ? subject : $"serial {certificate.SerialNumber}";

    private sealed record Loaded(X509Certificate2 Own, X509Certificate2Collection Authorities, (DateTime, DateTime, DateTime) Stamp);
}
