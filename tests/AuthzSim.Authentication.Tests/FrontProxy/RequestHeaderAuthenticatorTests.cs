using AuthzSim.Authentication.FrontProxy;
using AuthzSim.Authentication.Tests.Chain;
using FsCheck;
using FsCheck.Xunit;

namespace AuthzSim.Authentication.Tests.FrontProxy;

/// <summary>The headers of a proxy, once its certificate was found good.</summary>
public sealed class RequestHeaderAuthenticatorTests
{
    private static readonly RequestHeaderOptions _options = new()
    {
        AllowedNames = ["proxy"],
        UsernameHeaders = ["X-First", "x-user"],
        UidHeaders = ["X-Remote-Uid"],
        GroupHeaders = ["X-Group", "X-More"],
        ExtraHeaderPrefixes = ["X-Extra-", "X-E-"],
    };

    [Fact]
    public void The_first_user_that_is_not_empty_counts_and_every_group()
    {
        var user = Ask(("X-USER", "u"), ("X-User", "other"), ("X-First", ""), ("X-More", "c"), ("x-group", "a,b"), ("X-Group", ""), ("X-Remote-Uid", "7"))!.User!;
        Assert.Equal(("u", "7"), (user.Name, user.Uid));
        Assert.Equal(["a,b", "c"], user.Groups);
    }

    [Fact]
    public void Of_one_header_only_the_first_value_is_looked_at() =>
        Assert.True(Ask(("X-User", ""), ("X-User", "u")).IsNoOpinion);

    [Fact]
    public void Extra_keys_are_lower_case_and_decoded()
    {
        var extra = Ask(("X-User", "u"), ("X-Extra-Scopes", "1"), ("x-extra-SCOPES", "2"), ("X-E-scopes", "0"), ("X-Extra-a%2Fb+c", "3"), ("X-Extra-a%zz", "4"), ("X-Extra-", "5")).User!.Extra;
        Assert.Equal(["", "a%zz", "a/b+c", "scopes"], extra.Keys);
        Assert.Equal(["1", "2", "0"], extra["scopes"]);
    }

    [Fact]
    public void The_certificate_is_judged_before_the_headers()
    {
        Assert.Equal("x509: bad", Ask(new FixedVerifier("x509: bad", "")).Error);
        Assert.Equal("x509: subject with cn=other is not in the allowed list", Ask(new FixedVerifier(null, "other")).Error);
        Assert.True(Ask(new FixedVerifier(null, "proxy")).IsNoOpinion);
        Assert.True(Ask(new FixedVerifier("x509: bad", ""), hasCertificate: false, ("X-User", "u")).IsNoOpinion);
    }

    [Fact]
    public void Flags_are_refused_in_the_servers_words()
    {
        var options = new RequestHeaderOptions { UsernameHeaders = [" "], AllowedNames = ["", ""], UidHeaders = ["X-My-Uid"] };
        Assert.Equal(
            [
                "empty value in \"requestheader-username-headers\"",
                "empty value in \"requestheader-allowed-names\"",
                "--requestheader-uid-headers is set without specifying the standard X-Remote-Uid header - API aggregation will not work",
            ],
            options.Validate());
        Assert.Empty(RequestHeaderOptions.Standard.Validate());
        Assert.Empty(RequestHeaderOptions.Standard.Warnings());
        Assert.Single(options.Warnings());
    }

    [Property]
    public void No_headers_are_too_odd(NonNull<string>[] names, NonNull<string>[] values)
    {
        var headers = names.Zip(values, (n, v) => ("X-Extra-" + n.Get, v.Get)).Append(("X-User", "u")).ToArray();
        Assert.Equal("u", Ask(headers).User!.Name);
    }

    private static AuthenticationResult Ask(params (string, string)[] headers) =>
        Ask(new FixedVerifier(null, "proxy"), true, headers);

    private static AuthenticationResult Ask(FixedVerifier verifier, bool hasCertificate = true, params (string, string)[] headers)
    {
        var request = Sent.With(headers) with { PeerCertificates = hasCertificate ? [new byte[] { 1 }] : [] };
        return new RequestHeaderAuthenticator(_options, verifier, TimeProvider.System)
            .AuthenticateAsync(request, AuthenticationContext.Default).AsTask().GetAwaiter().GetResult();
    }
}
