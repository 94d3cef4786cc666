using System.Text.Json;

namespace AuthzSim.Cli.Tests;

public sealed class WhoAmITests
{
    private const string Unauthorized = "error: You must be logged in to the server (Unauthorized)\nbecause: ";

    [Fact]
    public void A_token_of_the_file_is_its_users() => Assert.Equal(
        new Outcome(0, "ATTRIBUTE   VALUE\nUsername    jane\nUID         1002\nGroups      [support oncall system:authenticated]\n", ""),
        CommandLine.Run("whoami", "--token", "jane-token", "--token-auth-file", Examples.Tokens));

    [Fact]
    public void A_password_is_its_users_and_a_wrong_one_nobodys()
    {
        Assert.Contains("Username    jane\n", CommandLine.Run("whoami", "--username", "jane", "--password", "jane-password", "--basic-auth-file", Examples.Passwords).Stdout, StringComparison.Ordinal);
        Assert.Equal(
            new Outcome(1, "", Unauthorized + "invalid username/password combination\n"),
            CommandLine.Run("whoami", "--username", "jane", "--password", "secret-word", "--basic-auth-file", Examples.Passwords));
    }

    [Fact]
    public void An_unknown_token_is_a_401_that_does_not_show_it() => Assert.Equal(
        new Outcome(1, "", Unauthorized + "invalid bearer token\n"),
        CommandLine.Run("whoami", "--token", "top-secret", "--token-auth-file", Examples.Tokens));

    [Fact]
    public void Without_a_credential_one_is_anonymous_or_refused()
    {
        Assert.Equal(
            "ATTRIBUTE   VALUE\nUsername    system:anonymous\nGroups      [system:unauthenticated]\n",
            CommandLine.Run("whoami", "--token-auth-file", Examples.Tokens).Stdout);
        Assert.Equal(
            new Outcome(1, "", Unauthorized + "no authenticator knows the credential, and anonymous requests are not let in\n"),
            CommandLine.Run("whoami", "--token-auth-file", Examples.Tokens, "--anonymous-auth=false"));
        Assert.Equal(1, CommandLine.Run("whoami", "--token-auth-file", Examples.Tokens, "-f", CommandLine.ReadPods).Exit);
    }

    [Fact]
    public void A_kubeconfig_and_a_manifest_say_all_there_is_to_know() => Assert.Equal(
        """
        apiVersion: authentication.k8s.io/v1
        kind: SelfSubjectReview
        metadata:
          creationTimestamp: "2026-01-31T11:00:00Z"
        status:
          userInfo:
            groups:
            - support
            - oncall
            - system:authenticated
            uid: "1002"
            username: jane

        """,
        CommandLine.Run(
            "whoami", "-o", "yaml", "--time", "2026-01-31T12:00:00+01:00", "--kubeconfig", Examples.Kubeconfig, "--apiserver-manifest", Examples.Manifest).Stdout);

    [Fact]
    public void A_flag_counts_before_the_manifest()
    {
        using var folder = new TemporaryFolder();
        var other = folder.Write("other.csv", "jane-token,joan,7\n"u8.ToArray());
        Assert.Contains(
            "Username    joan\n",
            CommandLine.Run("whoami", "--kubeconfig", Examples.Kubeconfig, "--apiserver-manifest", Examples.Manifest, "--token-auth-file", other).Stdout,
            StringComparison.Ordinal);
        Assert.Equal(
            new Outcome(2, "", "error: --token-auth-file: open /etc/kubernetes/tokens.csv: no such file or directory\n"),
            CommandLine.Run("whoami", "--token", "x", "--apiserver-manifest", Examples.Manifest, "--token-auth-file", "/etc/kubernetes/tokens.csv"));
    }

    [Fact]
    public void Explain_shows_each_authenticator_in_order() => Assert.Equal(
        new Outcome(
            1,
            """
            AUTHENTICATOR              ANSWER       DETAIL
            loopback token             error        invalid bearer token
            token file                 no opinion
            service account (legacy)   no opinion
            service account            no opinion
            bootstrap token            no opinion
            JWT                        no opinion
            bearer token               error        invalid bearer token
            websocket protocol         no opinion

            """,
            Unauthorized + "invalid bearer token\n"),
        CommandLine.Run("whoami", "--explain", "--token", "top-secret", "--apiserver-manifest", Examples.Manifest));

    [Fact]
    public void Explain_as_json_has_the_user_and_the_answers()
    {
        var outcome = CommandLine.Run("whoami", "--explain", "-o", "json", "--token", "jane-token", "--token-auth-file", Examples.Tokens);
        var json = JsonDocument.Parse(outcome.Stdout).RootElement;
        Assert.True(json.GetProperty("authenticated").GetBoolean());
        Assert.Equal("jane", json.GetProperty("userInfo").GetProperty("username").GetString());
        Assert.Equal(
            [("loopback token", "error"), ("token file", "match")],
            json.GetProperty("authenticators").EnumerateArray().Take(2)
                .Select(a => (a.GetProperty("name").GetString()!, a.GetProperty("answer").GetString()!)));
    }

    [Fact]
    public void Impersonation_is_put_to_the_policy()
    {
        string[] jane = ["whoami", "--token", "jane-token", "--token-auth-file", Examples.Tokens, "--as", "myuser"];
        Assert.Contains("Username    myuser\n", CommandLine.Run(jane).Stdout, StringComparison.Ordinal);
        var refused = CommandLine.Run([.. jane, "-f", CommandLine.ReadPods]);
        Assert.Equal((1, ""), (refused.Exit, refused.Stdout));
        Assert.Contains(
            "because: selfsubjectreviews.authentication.k8s.io is forbidden: User \"jane\" cannot impersonate-on:user-info:create resource \"selfsubjectreviews\"",
            refused.Stderr,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("more than one authentication method found for the command line; found [token basicAuth], only one is allowed", 1, "--token", "a", "--username", "b")]
    [InlineData("requesting uid, groups or user-extra without a user: give --as USER as well", 1, "--token", "a", "--as-group", "g")]
    [InlineData("--header must be 'Name: value', as in --header 'X-Remote-User: jane'", 2, "--header", "top-secret")]
    [InlineData("invalid argument \"noon\" for \"--time\" flag: a time such as 2026-01-31T12:00:00Z is needed", 2, "--time", "noon")]
    [InlineData("--client-certificate: open no-such.crt: no such file or directory", 2, "--client-certificate", "no-such.crt")]
    [InlineData("service-account-issuer \"a\" is already specified", 2, "--service-account-issuer", "a", "--service-account-issuer", "a", "--service-account-key-file", "k")]
    [InlineData("either `--service-account-key-file` or `--service-account-signing-endpoint` must be set", 2, "--service-account-issuer", "a")]
    [InlineData("oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set", 2, "--oidc-client-id", "a")]
    [InlineData("empty value in \"requestheader-group-headers\"", 2, "--requestheader-group-headers", "a,")]
    public void What_cannot_be_used_is_said(string text, int exit, params string[] flags) => Assert.Equal(
        new Outcome(exit, "", $"error: {text}\n"), CommandLine.Run(["whoami", "--token-auth-file", Examples.Tokens, .. flags]));

    [Fact]
    public void A_credential_needs_a_server() =>
        Assert.StartsWith("error: a credential is given, but no server", CommandLine.Run("whoami", "--token", "a").Stderr, StringComparison.Ordinal);

    [Theory]
    [InlineData("exec: {command: get-token}", "user \"jane\" gets its credential by running a program (exec)")]
    [InlineData("auth-provider: {name: gcp}", "user \"jane\" gets its credential from an auth-provider")]
    [InlineData("client-certificate-data: '!'", "--kubeconfig: client-certificate-data is not base64")]
    public void A_kubeconfig_that_needs_a_program_is_refused(string user, string text)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("config", System.Text.Encoding.UTF8.GetBytes($"users: [{{name: jane, user: {{{user}}}}}]"));
        var outcome = CommandLine.Run("whoami", "--kubeconfig", path, "--user", "jane", "--token-auth-file", Examples.Tokens);
        Assert.Equal(2, outcome.Exit);
        Assert.StartsWith("error: " + text, outcome.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Kubeconfigs_of_the_environment_are_read_as_one()
    {
        using var folder = new TemporaryFolder();
        var user = folder.Write("user", "users: [{name: jane, user: {tokenFile: token, as: bob, as-groups: [ops]}}]"u8.ToArray());
        var context = folder.Write("context", "contexts: [{name: c, context: {user: jane}}]"u8.ToArray());
        folder.Write("token", "jane-token\n"u8.ToArray());
        var surroundings = new Surroundings { Variables = { ["KUBECONFIG"] = string.Join(Path.PathSeparator, context, folder["gone"], user) } };
        Assert.Equal(
            "ATTRIBUTE   VALUE\nUsername    bob\nGroups      [ops system:authenticated]\n",
            CommandLine.Run(surroundings, "whoami", "--context", "c", "--token-auth-file", Examples.Tokens).Stdout);
    }

    [Fact]
    public void Other_formats_are_refused() => Assert.Equal(
        new Outcome(1, "", "error: unable to match a printer suitable for the output format \"wide\", allowed formats are: json,name,yaml\n"),
        CommandLine.Run("whoami", "-o", "wide", "--as", "a"));
}
