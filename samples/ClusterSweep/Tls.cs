using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace ClusterSweep;

internal static class Tls
{
    public static X509Certificate2 Load(string path) => X509CertificateLoader.LoadPkcs12FromFile(path, password: null);

    /// <summary>Both sides must show a certificate that this machine trusts; the one of a silo must have our own DNS name.</summary>
    public static void Configure(TlsOptions options, X509Certificate2 certificate)
    {
        options.LocalCertificate = certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.OnAuthenticateAsClient = (_, client) => client.TargetHost = certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);
    }
}
