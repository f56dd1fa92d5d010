using Orleans.Connections.Security;

namespace ClusterSweep;

internal static class Tls
{
    /// <summary>Both sides must show a certificate that this machine trusts.</summary>
    public static void Configure(TlsOptions options)
    {
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.CheckCertificateRevocation = true;
    }
}
