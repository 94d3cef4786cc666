using System.Text;
using AuthzSim.Authentication.Configuration;

namespace AuthzSim.Authentication.Tests.Configuration;

public sealed class AuthenticationConfigurationTests
{
    private const string Head = "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\n";
    private const string Valid = Head + """
        jwt:
        - issuer:
            url: https://idp.example
            audiences: [kube]
          claimMappings:
            username: {claim: sub, prefix: ''}
        """;

    [Theory]
    [InlineData("", "empty config data")]
    [InlineData("# nothing", "Object 'Kind' is missing in '# nothing'")]
    [InlineData("kind: X", "Object 'apiVersion' is missing in 'kind: X'")]
    [InlineData("[]", "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }")]
    [InlineData("kind: 3", "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string")]
    [InlineData(Head + "jwt: {}", "json: cannot unmarshal object into Go struct field AuthenticationConfiguration.jwt of type []v1beta1.JWTAuthenticator")]
    [InlineData(Head + "jwt: [{issuer: x}]", "json: cannot unmarshal string into Go struct field JWTAuthenticator.jwt.issuer of type v1beta1.Issuer")]
    [InlineData(Head + "jwt: [{issuer: {audiences: [1]}}]", "json: cannot unmarshal number into Go struct field Issuer.jwt.issuer.audiences of type string")]
    [InlineData(Head + "jwt: [{zz: 1, issuer: {b: 1, a: 1}}]", "strict decoding error: unknown field \"jwt[0].issuer.a\", unknown field \"jwt[0].issuer.b\", unknown field \"jwt[0].zz\"")]
    [InlineData(Head + "jwt: []\njwt: []", "strict decoding error: yaml: unmarshal errors:\n  line 4: key \"jwt\" already set in map")]
    [InlineData("""{"apiVersion":"apiserver.config.k8s.io/v1","kind":"AuthenticationConfiguration","jwt":[],"jwt":[],"JWT":1}""", "strict decoding error: duplicate field \"jwt\", unknown field \"JWT\"")]
    public void What_the_strict_decoder_refuses(string text, string error) => Assert.Equal(error, ErrorOf(text));

    [Fact]
    public void An_unknown_version_is_not_registered() => Assert.StartsWith(
        "no kind \"AuthenticationConfiguration\" is registered for version \"apiserver.config.k8s.io/v2\"",
        ErrorOf("apiVersion: apiserver.config.k8s.io/v2\nkind: AuthenticationConfiguration"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("url: https://idp.example", "url: 'http://idp.example'", "jwt[0].issuer.url: Invalid value: \"http://idp.example\": URL scheme must be https")]
    [InlineData("url: https://idp.example", "url: 'https://idp:port'", "jwt[0].issuer.url: Invalid value: \"https://idp:port\": parse \"https://idp:port\": invalid port \":port\" after host")]
    [InlineData("url: https://idp.example", "url: 'https://a b/'", "jwt[0].issuer.url: Invalid value: \"https://a b/\": parse \"https://a b/\": invalid character \" \" in host name")]
    [InlineData("url: https://idp.example", "url: ':x'", "jwt[0].issuer.url: Invalid value: \":x\": parse \":x\": missing protocol scheme")]
    [InlineData("url: https://idp.example", "url: 'https://x/%zz'", "jwt[0].issuer.url: Invalid value: \"https://x/%zz\": parse \"https://x/%zz\": invalid URL escape \"%zz\"")]
    [InlineData("audiences: [kube]", "audiences: ['']", "jwt[0].issuer.audiences[0]: Required value")]
    [InlineData("audiences: [kube]", "audiences: [kube]\n    egressSelectorType: moon", "jwt[0].issuer.egressSelectorType: Invalid value: \"moon\": egress selector must be either controlplane or cluster")]
    [InlineData("username: {claim: sub, prefix: ''}", "username: {claim: a, expression: b}", "jwt[0].claimMappings.username: Invalid value: \"\": claim and expression can't both be set")]
    [InlineData("username: {claim: sub, prefix: ''}", "username: {claim: a, prefix: ''}\n    extra: [{key: a.k8s.io/x, valueExpression: x}, {key: ak8s.io/x}]", "[jwt[0].claimMappings.extra[0].key: Invalid value: \"a.k8s.io/x\": k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use, jwt[0].claimMappings.extra[1].valueExpression: Required value]")]
    [InlineData("username: {claim: sub, prefix: ''}", "username: {expression: claims.sub}", "jwt[0].claimMappings.username.expression: CEL expressions are not supported yet")]
    [InlineData("username: {claim: sub, prefix: ''}", "username: {claim: a, prefix: ''}\n  claimValidationRules: [{claim: a, message: m}, {expression: x, requiredValue: v}]", "[jwt[0].claimValidationRules[0].message: Invalid value: \"m\": may not be specified when claim is set, jwt[0].claimValidationRules[1].requiredValue: Invalid value: \"v\": may not be specified when expression is set]")]
    [InlineData("jwt:", "anonymous: {enabled: false, conditions: [{path: /x}]}\njwt:", "anonymous.conditions: Invalid value: [{\"Path\":\"/x\"}]: enabled should be set to true when conditions are defined")]
    public void What_validation_refuses(string part, string replacement, string error) =>
        Assert.Equal(error, ErrorOf(Valid.Replace(part, replacement, StringComparison.Ordinal)));

    [Fact]
    public void More_than_64_issuers_are_too_many()
    {
        var jwt = new JwtAuthenticator();
        var configuration = new AuthenticationConfiguration { Jwt = [.. Enumerable.Repeat(jwt, 65)] };
        Assert.Equal("jwt: Too many: 65: must have at most 64 items", Assert.Single(AuthenticationConfigurationValidation.Validate(configuration, [])).ToString());
    }

    [Theory]
    [InlineData(null, null, "https://idp#")]
    [InlineData("sub", "", "https://idp#")]
    [InlineData("email", null, "")]
    [InlineData("email", "-", "")]
    [InlineData("sub", "-", "")]
    [InlineData("email", "x:", "x:")]
    public void The_username_prefix_of_the_flags(string? claim, string? prefix, string expected)
    {
        var flags = new OidcFlags { IssuerUrl = "https://idp", ClientId = "c", UsernameClaim = claim, UsernamePrefix = prefix };
        Assert.Equal(expected, flags.ToConfiguration(hasFile: false, []).Jwt[0].ClaimMappings.Username.Prefix);
    }

    [Fact]
    public void Flags_that_do_not_go_together_are_refused()
    {
        string Refusal(OidcFlags flags, bool hasFile = false) =>
            Assert.Throws<AuthenticationConfigurationException>(() => flags.ToConfiguration(hasFile, ["https://sa"])).Message;

        var whole = new OidcFlags { IssuerUrl = "https://idp", ClientId = "c" };
        Assert.Equal(
            "oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set",
            Refusal(whole with { ClientId = null }));
        Assert.Equal("authentication-config file and oidc-* flags are mutually exclusive", Refusal(whole, hasFile: true));
        Assert.Equal("malformed pair, expect string=string", Refusal(whole with { RequiredClaims = ["x"] }));
        Assert.Equal(
            "jwt[0].issuer.url: Invalid value: \"https://sa\": URL must not overlap with disallowed issuers: [https://sa]",
            Refusal(whole with { IssuerUrl = "https://sa" }));
        Assert.Empty(new OidcFlags().ToConfiguration(hasFile: true, []).Jwt);
    }

    [Fact]
    public void Anonymous_comes_from_the_file_or_the_flag_but_not_both()
    {
        Assert.True(AnonymousAuthConfig.Of(null, null).Allows("/any"));
        Assert.False(AnonymousAuthConfig.Of(null, false).Allows("/any"));
        var file = new AnonymousAuthConfig { Enabled = true, Conditions = [new AnonymousAuthCondition("/livez")] };
        Assert.True(AnonymousAuthConfig.Of(file, null).Allows("/livez"));
        Assert.False(AnonymousAuthConfig.Of(file, null).Allows("/livez/"));
        Assert.StartsWith(
            "anonymous: Forbidden: --anonymous-auth flag cannot be set",
            Assert.Throws<AuthenticationConfigurationException>(() => AnonymousAuthConfig.Of(file, true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_spoiled_anywhere_is_read_or_refused_with_the_typed_error()
    {
        var (accepted, refused) = (0, 0);
        string[] pieces = ["", "jwt", ":", " ", "\n", "- ", "[", "]", "{", "}", "issuer", "'", "\"", "&a ", "*a", "<<: ", "null", "1", "\t", "\0", "\u00e9", "\ud800", "!!binary ", "? ", "%"];
        for (var at = 0; at < Valid.Length; at++)
        {
            foreach (var piece in pieces)
            {
                foreach (var dropped in (int[])[0, 5])
                {
                    var text = string.Concat(Valid.AsSpan(0, at), piece, Valid.AsSpan(Math.Min(at + dropped, Valid.Length)));
                    _ = ErrorOf(text) is null ? accepted++ : refused++;
                }
            }
        }

        Assert.True(accepted > 100 && refused > 100, $"{accepted} accepted, {refused} refused");
    }

    private static string? ErrorOf(string text)
    {
        try
        {
            AuthenticationConfigurationReader.Read(Encoding.UTF8.GetBytes(text), []);
            return null;
        }
        catch (AuthenticationConfigurationException e)
        {
            return e.Message;
        }
    }
}
