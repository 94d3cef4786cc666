using AuthzSim.Authentication.Certificates;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.Tests.Certificates;

/// <summary>Certificates as people make them with openssl.</summary>
public sealed class OpenSslCertificateTests
{
    private static readonly string[] _rsa = ["-newkey", "rsa:2048"];

    [Theory]
    [InlineData("rsa:2048")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:P-256")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:P-384")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:P-521")]
    [InlineData("ed25519")]
    [InlineData("rsa:2048 -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest")]
    public async Task A_self_signed_certificate_in_the_bundle_and_what_it_signs(string keyType)
    {
        using var openssl = new OpenSsl();
        string[] newKey = ["-newkey", .. keyType.Split(' ')];
        openssl.Run(["req", .. newKey, "-days", "365", "-nodes", "-x509", "-subj", "/CN=myuser/O=mygroup", "-keyout", "ca.key", "-out", "ca.crt"]);
        await AssertUser(openssl, "ca.crt", "ca.crt", "myuser", "mygroup");
        openssl.Run(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other/O=a/O=b/O=a", "-keyout", "c.key", "-out", "c.csr");
        string[] options = [.. keyType.Split(' ').SkipWhile(w => w != "-sha384")];
        openssl.Run(["x509", "-req", "-in", "c.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-out", "c.crt", .. options]);
        await AssertUser(openssl, "ca.crt", "c.crt", "other", "a", "b", "a");
        openssl.Run(["req", .. newKey, "-days", "365", "-nodes", "-x509", "-subj", "/CN=myuser/O=mygroup", "-keyout", "x.key", "-out", "x.crt"]);
        Assert.Contains(
            "signed by unknown authority", (await Authenticate(openssl, "x.crt", "ca.crt")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_1_root_signs_and_a_version_1_intermediate_does_not()
    {
        using var openssl = new OpenSsl();
        openssl.Run(["req", .. _rsa, "-nodes", "-subj", "/CN=v1", "-keyout", "ca.key", "-out", "ca.csr"]);
        openssl.Run("x509", "-req", "-in", "ca.csr", "-signkey", "ca.key", "-days", "30", "-out", "ca.crt");
        openssl.Run(["req", .. _rsa, "-nodes", "-subj", "/CN=middle", "-keyout", "m.key", "-out", "m.csr"]);
        openssl.Run("x509", "-req", "-in", "m.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-set_serial", "7", "-days", "30", "-out", "m.crt");
        openssl.Run(["req", .. _rsa, "-nodes", "-subj", "/CN=leaf", "-keyout", "c.key", "-out", "c.csr"]);
        openssl.Run("x509", "-req", "-in", "c.csr", "-CA", "m.crt", "-CAkey", "m.key", "-set_serial", "9", "-days", "30", "-out", "c.crt");
        await AssertUser(openssl, "ca.crt", "m.crt", "middle");
        await AssertUser(openssl, "m.crt", "c.crt", "leaf");
        openssl.Write("chain.crt", System.Text.Encoding.ASCII.GetString([.. openssl.Read("c.crt"), .. openssl.Read("m.crt")]));
        Assert.Equal(
            "verifying certificate SN=9, SKID=, AKID= failed: x509: certificate is not authorized to sign other certificates",
            (await Authenticate(openssl, "ca.crt", "chain.crt")).Error);
    }

    [Theory]
    [InlineData("/CN=user+O=one+O=two/O=three", "user", "one two three")]
    [InlineData("/CN=first/CN=second/O=g", "second", "g")]
    [InlineData("/O=a,b/CN=u", "u", "a,b")]
    [InlineData("/CN=u/OU=unit", "u", "")]
    public async Task Subjects_are_read_in_the_order_of_their_encoding(string subject, string name, string groups)
    {
        using var openssl = new OpenSsl();
        openssl.Run(["req", .. _rsa, "-nodes", "-x509", "-subj", subject, "-keyout", "k.key", "-out", "c.crt"]);
        var user = await AssertUser(openssl, "c.crt", "c.crt", name, groups.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", user.Uid);
    }

    [Fact]
    public async Task A_uid_is_an_attribute_of_its_own()
    {
        using var openssl = new OpenSsl();
        openssl.Write(
            "uid.cnf",
            "oid_section = oids\n[oids]\nkubernetesUID = 1.3.6.1.4.1.57683.2\n[req]\nprompt = no\ndistinguished_name = dn\n[dn]\nCN = u\n0.kubernetesUID = id\n");
        openssl.Run(["req", .. _rsa, "-nodes", "-x509", "-config", "uid.cnf", "-keyout", "k.key", "-out", "c.crt"]);
        Assert.Equal("id", (await AssertUser(openssl, "c.crt", "c.crt", "u")).Uid);
    }

    [Fact]
    public async Task A_teletex_string_is_read_as_Latin_1()
    {
        using var openssl = new OpenSsl();
        openssl.Write("t61.cnf", "[req]\nstring_mask = MASK:4\nutf8 = yes\nprompt = no\ndistinguished_name = dn\n[dn]\nCN = Jürgen\nO = Bücher\n");
        openssl.Run(["req", .. _rsa, "-nodes", "-x509", "-config", "t61.cnf", "-keyout", "k.key", "-out", "c.crt"]);
        Assert.True(
            Certificate.Parse(ClientCertificate.Read(openssl.Read("c.crt"))[0].Span).RawSubject.Contains(DerTag.T61String));
        await AssertUser(openssl, "c.crt", "c.crt", "Jürgen", "Bücher");
    }

    [Fact]
    public async Task A_sha1_signature_is_refused()
    {
        using var openssl = new OpenSsl();
        openssl.Run(["req", .. _rsa, "-nodes", "-x509", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.crt"]);
        openssl.Run(["req", .. _rsa, "-nodes", "-subj", "/CN=leaf", "-keyout", "c.key", "-out", "c.csr"]);
        openssl.Run("x509", "-req", "-sha1", "-in", "c.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-set_serial", "1", "-days", "30", "-out", "c.crt");
        Assert.Equal(
            "verifying certificate SN=1, SKID=, AKID= failed: x509: certificate signed by unknown authority (possibly because of "
            + "\"x509: cannot verify signature: insecure algorithm SHA1-RSA\" while trying to verify candidate authority certificate \"ca\")",
            (await Authenticate(openssl, "ca.crt", "c.crt")).Error);
    }

    [Fact]
    public async Task Der_is_read_like_pem()
    {
        using var openssl = new OpenSsl();
        openssl.Run(["req", .. _rsa, "-nodes", "-x509", "-subj", "/CN=u", "-keyout", "k.key", "-out", "c.crt"]);
        openssl.Run("x509", "-in", "c.crt", "-outform", "DER", "-out", "c.der");
        await AssertUser(openssl, "c.crt", "c.der", "u");
    }

    private static async Task<UserInfo> AssertUser(
        OpenSsl openssl, string bundle, string client, string name, params string[] groups)
    {
        var result = await Authenticate(openssl, bundle, client);
        Assert.Null(result.Error);
        Assert.Equal(name, result.User?.Name);
        Assert.Equal(groups, result.User!.Groups);
        return result.User;
    }

    private static async Task<AuthenticationResult> Authenticate(OpenSsl openssl, string bundle, string client) =>
        await new X509Authenticator(new CertificateVerifier(CertificateBundle.Parse(openssl.Read(bundle)), TimeProvider.System)).AuthenticateAsync(
            new AuthenticationRequest { PeerCertificates = ClientCertificate.Read(openssl.Read(client)) },
            AuthenticationContext.Default,
            TestContext.Current.CancellationToken);
}
