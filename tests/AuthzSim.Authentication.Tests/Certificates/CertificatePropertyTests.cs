using System.Text;
using AuthzSim.Authentication.Certificates;
using FsCheck.Xunit;
using static AuthzSim.Authentication.Tests.Certificates.TestCertificate;

namespace AuthzSim.Authentication.Tests.Certificates;

/// <summary>Whatever bytes arrive: no crash, and nobody but the certificate's holder.</summary>
public sealed class CertificatePropertyTests
{
    private static readonly TestCertificate _root = SelfSigned("CN=root", Ca());
    private static readonly TestCertificate _leaf = _root.Issue("CN=leaf, O=group", Usage("1.3.6.1.5.5.7.3.2"));
    private static readonly CertificateBundle _bundle = Bundle(_root);

    [Fact]
    public void A_flip_of_any_bit_makes_nobody_else_of_a_leaf()
    {
        Assert.Equal("=leaf", Verify(_bundle, Now, [_leaf.Der]));
        var der = _leaf.Der.ToArray();
        for (var bit = 0; bit < der.Length * 8; bit++)
        {
            der[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.StartsWith("x509: ", Verify(_bundle, Now, [der.ToArray()]).Replace("tls: failed to parse client certificate: ", "", StringComparison.Ordinal), StringComparison.Ordinal);
            der[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_leaf_cut_short_or_lengthened_is_refused()
    {
        for (var length = 0; length < _leaf.Der.Length; length++)
        {
            Assert.StartsWith("tls: failed to parse client certificate: x509: ", Verify(_bundle, Now, [_leaf.Der[..length]]), StringComparison.Ordinal);
        }

        Assert.Equal(

            "tls: failed to parse client certificate: x509: trailing data",

            Verify(_bundle, Now, [(byte[])[.. _leaf.Der.Span, 0]]));
    }

    [Property(MaxTest = 2000)]
    public void Random_bytes_are_refused(byte[] bytes, bool asSequence)
    {
        byte[] der = asSequence && bytes.Length < 0x80 ? [0x30, (byte)bytes.Length, .. bytes] : bytes;
        Assert.StartsWith(
            "tls: failed to parse client certificate: x509: ", Verify(_bundle, Now, [der]), StringComparison.Ordinal);
    }

    [Property(MaxTest = 2000)]
    public void Random_splices_of_a_leaf_are_refused_or_the_leaf(int at, byte[] bytes, int drop)
    {
        var der = _leaf.Der.ToArray().ToList();
        var index = (int)((uint)at % der.Count);
        der.RemoveRange(index, Math.Min((int)((uint)drop % 8), der.Count - index));
        der.InsertRange(index, bytes);
        byte[] spliced = [.. der];
        var result = Verify(_bundle, Now, [spliced]);
        Assert.True(result[0] != '=' || _leaf.Der.Span.SequenceEqual(spliced), result);
    }

    [Property(MaxTest = 500)]
    public void Reading_a_bundle_throws_nothing_but_its_own_error(byte[] bytes)
    {
        byte[][] texts =
        [
            bytes,
            Encoding.ASCII.GetBytes($"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(bytes)}\n-----END CERTIFICATE-----\n"),
            [.. "-----BEGIN CERTIFICATE-----\n"u8, .. bytes, .. "\n-----END CERTIFICATE-----"u8],
        ];
        foreach (var text in texts)
        {
            Assert.Throws<CertificateFormatException>(() => CertificateBundle.Parse(text));
            Assert.Throws<CertificateFormatException>(() => ClientCertificate.Read(text));
        }
    }
}
