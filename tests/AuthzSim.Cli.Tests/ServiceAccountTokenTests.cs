namespace AuthzSim.Cli.Tests;

/// <summary>Tokens made by one command and judged by another.</summary>
public sealed class ServiceAccountTokenTests
{
    private const string Later = "2026-01-31T12:30:00Z";
    private const string Noon = "2026-01-31T12:00:00Z";

    private static readonly string[] _server =
        ["--service-account-key-file", Examples.PublicKey, "--service-account-issuer", "https://kubernetes.default.svc.cluster.local"];

    [Fact]
    public void A_legacy_token_is_the_one_in_its_secret()
    {
        var token = Create("--legacy", "--secret", "robot-token").Stdout.Trim();
        var secret = File.ReadAllText(Path.Combine(Examples.Objects, "service-accounts.yaml"));
        Assert.Contains(Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(token)), secret, StringComparison.Ordinal);
        var who = CommandLine.Run(["whoami", "--token", token, "-f", Examples.Objects, .. _server]);
        Assert.Contains("Username    system:serviceaccount:default:robot\n", who.Stdout, StringComparison.Ordinal);
        Assert.Contains("Use tokens from the TokenRequest API", who.Stderr, StringComparison.Ordinal);
        Assert.Equal(
            new Outcome(1, "", "error: You must be logged in to the server (Unauthorized)\nbecause: [invalid bearer token, Token has been invalidated]\n"),
            CommandLine.Run(["whoami", "--token", token, "-f", CommandLine.ReadPods, .. _server]));
    }

    [Fact]
    public void A_bound_token_leads_to_a_decision_until_it_ends()
    {
        var token = Create("--bound-object-kind", "Pod", "--bound-object-name", "robot-1", "--duration", "20m").Stdout.Trim();
        string[] question =
            ["can-i", "list", "pods", "-v", "--token", token, "-f", Examples.Objects, .. _server];
        var yes = CommandLine.Run([.. question, "--time", Noon]);
        Assert.Equal((0, ""), (yes.Exit, yes.Stderr));
        Assert.StartsWith("yes - RBAC: allowed by", yes.Stdout, StringComparison.Ordinal);
        Assert.EndsWith(
            "authenticated by service account as system:serviceaccount:default:robot, groups [system:serviceaccounts system:serviceaccounts:default system:authenticated]\n",
            yes.Stdout,
            StringComparison.Ordinal);
        var late = CommandLine.Run([.. question, "--time", Later]);
        Assert.Equal((1, ""), (late.Exit, late.Stdout));
        Assert.Contains("service account token has expired", late.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain(token, late.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "failed to create token: serviceaccounts \"nobody\" not found", "nobody")]
    [InlineData(1, "failed to create token: pods \"gone\" not found", "robot", "--bound-object-kind=Pod", "--bound-object-name=gone")]
    [InlineData(1, "supported --bound-object-kind values are Node, Pod, Secret", "robot", "--bound-object-kind=Role")]
    [InlineData(1, "--bound-object-name is required if --bound-object-kind is provided", "robot", "--bound-object-kind=Pod")]
    [InlineData(1, "--bound-object-uid can only be set if --bound-object-kind is provided", "robot", "--bound-object-uid=u")]
    [InlineData(1, "failed to create token: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes", "robot", "--duration=1m")]
    [InlineData(1, "--duration must be greater than or equal to 0", "robot", "--duration=-1h")]
    [InlineData(1, "invalid argument \"1y\" for \"--duration\" flag: time: invalid duration \"1y\"", "robot", "--duration=1y")]
    [InlineData(2, "--legacy needs --secret NAME, the secret the token lives in", "robot", "--legacy")]
    [InlineData(2, "exactly one NAME is required: the service account", "robot", "other")]
    public void What_cannot_be_made_is_said(int exit, string text, params string[] args) => Assert.Equal(
        new Outcome(exit, "", $"error: {text}\n"),
        CommandLine.Run(["token", "create", "--signing-key", Examples.SigningKey, "-f", Examples.Objects, .. args]));

    [Fact]
    public void A_public_key_signs_nothing() => Assert.Equal(
        new Outcome(2, "", $"error: --signing-key {Examples.PublicKey}: data does not contain a valid RSA or ECDSA private key\n"),
        CommandLine.Run("token", "create", "robot", "--signing-key", Examples.PublicKey, "-f", Examples.Objects));

    [Fact]
    public void Unknown_commands_below_a_command_are_named_with_it()
    {
        Assert.Equal(
            new Outcome(1, "", "error: unknown command \"destroy\" for \"authzsim token\"\nSee 'authzsim token --help' for usage.\n"),
            CommandLine.Run("token", "destroy"));
        Assert.Equal(0, CommandLine.Run("token").Exit);
    }

    private static Outcome Create(params string[] flags) => CommandLine.Run(
        ["token", "create", "robot", "--signing-key", Examples.SigningKey, "-f", Examples.Objects, "--time", Noon, .. flags]);
}
