namespace VideoGen.Silo.Hosting.Tls;

/// <summary>The files, in PEM, by which a process shows that it belongs to a cluster, and knows others that do.</summary>
/// <param name="Certificate">Its own certificate. That of a silo is for the cluster's name; there may be one for each machine, or one for all.</param>
/// <param name="Key">The private key of the certificate, without a password; readable by the process alone.</param>
/// <param name="Authority">The certificates of the authorities that sign for the cluster, and for nobody else.</param>
public sealed record CertificateFiles(string Certificate, string Key, string Authority);
