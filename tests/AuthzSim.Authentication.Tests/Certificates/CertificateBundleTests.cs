using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using AuthzSim.Authentication.Certificates;

namespace AuthzSim.Authentication.Tests.Certificates;

/// <summary>What of a PEM file the server takes for certificates.</summary>
public sealed class CertificateBundleTests
{
    private const string Nothing = "data does not contain any valid RSA or ECDSA certificates";

    private static readonly TestCertificate _root = TestCertificate.SelfSigned("CN=root", TestCertificate.Ca());
    private static readonly string _pem = PemEncoding.WriteString("CERTIFICATE", _root.Der.Span);

    [Fact]
    public void Text_around_blocks_and_other_blocks_are_passed_over()
    {
        var key = PemEncoding.WriteString("PRIVATE KEY", [1, 2, 3]);
        var withHeader = _pem.Replace("-----\nM", "-----\nA: b\n\nM", StringComparison.Ordinal);
        Assert.Equal(2, Parse($"subject=x\n{_pem}\n{key}\n{withHeader}\nfoo\n{_pem}").Certificates.Length);
        Assert.Single(Parse($"-----BEGIN CERTIFICATE-----\n{_pem}").Certificates);
        Assert.Single(Parse(_pem.Replace("\n", "\r\n", StringComparison.Ordinal)).Certificates);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----")]
    public void A_bundle_without_a_certificate_is_refused(string text) =>
        Assert.Equal(Nothing, Assert.Throws<CertificateFormatException>(() => Parse(text)).Message);

    [Fact]
    public void One_bad_certificate_refuses_the_bundle()
    {
        var bad = PemEncoding.WriteString("CERTIFICATE", [0x30, 0]);
        Assert.Equal(
            "x509: malformed tbs certificate", Assert.Throws<CertificateFormatException>(() => Parse($"{_pem}\n{bad}")).Message);
    }

    [Fact]
    public void A_block_may_hold_several_certificates() =>
        Assert.Equal(
            2, Parse(PemEncoding.WriteString("CERTIFICATE", [.. _root.Der.Span, .. _root.Der.Span])).Certificates.Length);

    [Fact]
    public void A_large_hostile_file_is_read_in_linear_time()
    {
        var watch = Stopwatch.StartNew();
        var text = string.Concat(Enumerable.Repeat("-----BEGIN CERTIFICATE-----\n", 100_000)) + string.Concat(
            Enumerable.Repeat("\n-----END X-----", 100_000));
        Assert.Throws<CertificateFormatException>(() => Parse(text));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }

    private static CertificateBundle Parse(string text) => CertificateBundle.Parse(Encoding.UTF8.GetBytes(text));
}
