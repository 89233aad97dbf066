using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Servers;

/// <summary>An authority of the tests and a certificate of it, made on the fly.</summary>
internal static class ServerCertificates
{
    /// <summary>Writes <c>authority.pem</c>, <c>server.pem</c> and <c>server.key</c> into a folder.</summary>
    public static void Write(string folder, string host, IPAddress address)
    {
        var from = TimeProvider.System.GetUtcNow().AddDays(-1);
        using var authorityKey = RSA.Create(2048);
        var authorityRequest = new CertificateRequest("CN=Muster test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(from, from.AddDays(30));

        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(authority, from, from.AddDays(20), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(folder, "authority.pem"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem() + "\n");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(Path.Combine(folder, "server.key"), options);
        writer.WriteLine(key.ExportRSAPrivateKeyPem());
    }
}
