using System.Security.Cryptography.X509Certificates;
using static AuthzSim.Authentication.Tests.Certificates.TestCertificate;

namespace AuthzSim.Authentication.Tests.Certificates;

/// <summary>The rules of Go's Certificate.Verify, one by one.</summary>
public sealed class CertificateVerifierTests
{
    private const string Unknown = "x509: certificate signed by unknown authority";
    private const string CannotSign = "x509: invalid signature: parent certificate cannot sign this kind of certificate";

    private static readonly TestCertificate _root = SelfSigned("CN=root", Ca());

    [Fact]
    public void A_chain_leads_over_the_intermediates_that_the_client_sends()
    {
        var middle = _root.Issue("CN=middle", Ca());
        var lower = middle.Issue("CN=lower", Ca());
        var leaf = lower.Issue("CN=leaf");
        Assert.Equal("=leaf", Verify(_root, Now, leaf, lower, middle));
        Assert.Equal("=leaf", Verify(_root, Now, leaf, middle, lower));
        Assert.Equal(Unknown, Verify(_root, Now, leaf, middle));
        Assert.Equal(Unknown, Verify(_root, Now, leaf, lower));
        Assert.Equal(Unknown, Verify(_root, Now, leaf));
        Assert.Equal("=leaf", Verify(lower, Now, leaf));
    }

    [Fact]
    public void A_leaf_in_the_bundle_needs_no_right_to_sign_and_no_good_signature()
    {
        var leaf = SelfSigned("CN=leaf", new X509BasicConstraintsExtension(false, false, 0, true));
        Assert.Equal("=leaf", Verify(leaf, Now, leaf));
        Assert.Equal(Unknown + $" (possibly because of \"{CannotSign}\" while trying to verify candidate authority certificate \"leaf\")",
            Verify(leaf, Now, SelfSigned("CN=leaf")));
    }

    [Fact]
    public void Another_certificate_of_the_same_name_vouches_for_nothing()
    {
        var impostor = SelfSigned("CN=root", Ca());
        Assert.Equal(
            Unknown + " (possibly because of \"x509: ECDSA verification failure\" while trying to verify candidate authority certificate \"root\")",
            Verify(_root, Now, impostor.Issue("CN=leaf")));
    }

    [Fact]
    public void Only_a_certificate_authority_with_the_right_key_usage_signs()
    {
        var plain = _root.Issue("CN=middle");
        Assert.Contains(CannotSign, Verify(_root, Now, plain.Issue("CN=leaf"), plain), StringComparison.Ordinal);
        var wrongUsage = _root.Issue("O=org", Ca(), new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign, true));
        var error = Verify(_root, Now, wrongUsage.Issue("CN=leaf"), wrongUsage);
        Assert.Contains(CannotSign, error, StringComparison.Ordinal);
        Assert.Contains("\"org\"", error, StringComparison.Ordinal);
        var rightUsage = _root.Issue("CN=middle", Ca(), new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Assert.Equal("=leaf", Verify(_root, Now, rightUsage.Issue("CN=leaf"), rightUsage));
    }

    [Fact]
    public void A_path_length_counts_the_intermediates_below()
    {
        var narrow = SelfSigned("CN=narrow", Ca(pathLength: 0));
        var middle = narrow.Issue("CN=middle", Ca());
        Assert.Equal("=leaf", Verify(narrow, Now, narrow.Issue("CN=leaf")));
        Assert.Equal(
            "x509: too many intermediates for path length constraint", Verify(narrow, Now, middle.Issue("CN=leaf"), middle));
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.2", true)]
    [InlineData("2.5.29.37.0", true)]
    [InlineData("1.3.6.1.5.5.7.3.1", false)]
    [InlineData("1.2.3.4", false)]
    public void Extended_key_usages_nest_along_the_whole_chain(string usage, bool isAllowed)
    {
        var expected = isAllowed ? "=leaf" : "x509: certificate specifies an incompatible key usage";
        var middle = _root.Issue("CN=middle", Ca(), Usage(usage));
        var limited = SelfSigned("CN=limited", Ca(), Usage(usage));
        Assert.Equal(expected, Verify(_root, Now, _root.Issue("CN=leaf", Usage(usage))));
        Assert.Equal(expected, Verify(_root, Now, middle.Issue("CN=leaf"), middle));
        Assert.Equal(expected, Verify(limited, Now, limited.Issue("CN=leaf")));
        Assert.Equal(isAllowed ? "=limited" : expected, Verify(limited, Now, limited));
    }

    [Fact]
    public void An_unknown_critical_extension_anywhere_is_refused()
    {
        const string Unhandled = "x509: unhandled critical extension";
        var odd = Raw("1.2.3.4", "0500", isCritical: true);
        var middle = _root.Issue("CN=middle", Ca(), odd);
        Assert.Equal(Unhandled, Verify(_root, Now, _root.Issue("CN=leaf", odd)));
        Assert.Equal(Unhandled, Verify(_root, Now, middle.Issue("CN=leaf"), middle));
        Assert.Equal("=leaf", Verify(_root, Now, _root.Issue("CN=leaf", Raw("1.2.3.4", "0500"))));
    }

    [Fact]
    public void Every_boundary_of_every_validity_is_inclusive()
    {
        var (from, to) = (Now.AddDays(-5), Now.AddDays(5));
        var root = SelfSigned("CN=root", Ca());
        var middle = root.Issue("CN=middle", Now.AddDays(-7), Now.AddDays(7), Ca());
        var leaf = middle.Issue("CN=leaf", from, to);
        string At(DateTimeOffset now) => Verify(root, now, leaf, middle);
        Assert.Equal("=leaf", At(from));
        Assert.Equal("=leaf", At(to));
        Assert.Equal(Expired(from.AddSeconds(-1), "before", from), At(from.AddSeconds(-1)));
        Assert.Equal(Expired(to.AddSeconds(1), "after", to), At(to.AddSeconds(1)));
        Assert.Equal(Expired(to, "after", to), At(to.AddTicks(1)));
        Assert.Equal(Expired(from.AddSeconds(-1), "before", from), At(from.AddTicks(-1)));
        CheckAuthority(root, root.Issue("CN=middle", from, to, Ca()), from, to);

        var (rootFrom, rootTo) = (NotBefore, NotAfter);
        var direct = root.Issue("CN=leaf", rootFrom.AddDays(-1), rootTo.AddDays(1));
        Assert.Equal("=leaf", Verify(root, rootFrom, direct));
        Assert.Equal("=leaf", Verify(root, rootTo, direct));
        Assert.Equal(Expired(rootFrom.AddSeconds(-1), "before", rootFrom), Verify(root, rootFrom.AddSeconds(-1), direct));
        Assert.Equal(Expired(rootTo.AddSeconds(1), "after", rootTo), Verify(root, rootTo.AddSeconds(1), direct));
    }

    [Theory]
    [InlineData("a.example.com", true)]
    [InlineData("EXAMPLE.com", true)]
    [InlineData("example.org", false)]
    [InlineData("badexample.com", false)]
    [InlineData("x.evil.example.com", false)]
    public void Names_are_held_against_the_constraints_of_the_authorities(string name, bool isAllowed)
    {
        // permitted: dNSName example.com; excluded: dNSName evil.example.com
        var constrained = SelfSigned("CN=root", Ca(), Raw(
            "2.5.29.30", "3027a00f300d820b6578616d706c652e636f6da1143012821065766 96c2e6578616d706c652e636f6d".Replace(" ", "", StringComparison.Ordinal), true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        var result = Verify(constrained, Now, constrained.Issue("CN=leaf", names.Build()));
        Assert.Equal(isAllowed, result == "=leaf");
        if (!isAllowed)
        {
            Assert.StartsWith(
                $"x509: a root or intermediate certificate is not authorized to sign for this name: DNS name \"{name}\" is ", result, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_required_policy_must_be_asserted_all_the_way_down()
    {
        var explicitPolicy = Raw("2.5.29.36", "3003800100", true);
        var policy = Raw("2.5.29.32", "3007300506032a0304");
        var other = Raw("2.5.29.32", "3007300506032a0305");
        var middle = _root.Issue("CN=middle", Ca(), explicitPolicy, policy);
        Assert.Equal("=leaf", Verify(_root, Now, middle.Issue("CN=leaf", policy), middle));
        const string Invalid = "x509: no valid chains built: 1 candidate chains with invalid policies";
        Assert.Equal(Invalid, Verify(_root, Now, middle.Issue("CN=leaf"), middle));
        Assert.Equal(Invalid, Verify(_root, Now, middle.Issue("CN=leaf", other), middle));
        var mapping = Raw("2.5.29.33", "300c300a06032a030406032a0305");
        var mapper = _root.Issue("CN=middle", Ca(), explicitPolicy, policy, mapping);
        Assert.Equal("=leaf", Verify(_root, Now, mapper.Issue("CN=leaf", other), mapper));
        Assert.Equal(Invalid, Verify(_root, Now, mapper.Issue("CN=leaf", policy), mapper));
    }

    [Fact]
    public void Endless_signature_checks_are_cut_off()
    {
        var impostors = Enumerable.Range(0, 101).Select(_ => SelfSigned("CN=middle", Ca())).ToList();
        var leaf = SelfSigned("CN=middle", Ca()).Issue("CN=leaf");
        Assert.Equal(
            "x509: signature check attempts limit reached while verifying certificate chain",
            Verify(_root, Now, [leaf, .. impostors]));
    }

    [Fact]
    public void A_front_proxy_must_bear_an_allowed_name()
    {
        var leaf = _root.Issue("CN=proxy");
        var verifier = new Authentication.Certificates.CertificateVerifier(Bundle(_root), new FixedClock(Now));
        Assert.Equal("proxy", verifier.Verify([leaf.Der], ["other", "proxy"]).CommonName);
        Assert.Equal("proxy", verifier.Verify([leaf.Der], []).CommonName);
        var refused = verifier.Verify([leaf.Der], ["Proxy"]);
        Assert.Equal("x509: subject with cn=proxy is not in the allowed list", refused.Error);
        Assert.Null(refused.CommonName);
    }

    private static void CheckAuthority(TestCertificate root, TestCertificate middle, DateTimeOffset from, DateTimeOffset to)
    {
        var leaf = middle.Issue("CN=leaf");
        Assert.Equal("=leaf", Verify(root, from, leaf, middle));
        Assert.Equal("=leaf", Verify(root, to, leaf, middle));
        Assert.Equal(Expired(from.AddSeconds(-1), "before", from), Verify(root, from.AddSeconds(-1), leaf, middle));
        Assert.Equal(Expired(to.AddSeconds(1), "after", to), Verify(root, to.AddSeconds(1), leaf, middle));
    }

    private static string Expired(DateTimeOffset now, string side, DateTimeOffset boundary) =>
        $"x509: certificate has expired or is not yet valid: current time {now:yyyy-MM-ddTHH:mm:ssZ} is {side} {boundary:yyyy-MM-ddTHH:mm:ssZ}";
}
