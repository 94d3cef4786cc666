using System.ComponentModel;
using System.Diagnostics;

namespace AuthzSim.Cli.Tests;

/// <summary>The story of the README: certificates made by openssl on the command line.</summary>
public sealed class OpensslStoryTests
{
    [Fact]
    public void A_self_signed_certificate_that_is_its_own_authority_may_list_pods()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = Certificate(folder, "client");
        string[] question = ["can-i", "list", "pods", "-f", CommandLine.ReadPods, "--client-ca-file", certificate, "--client-certificate", certificate];
        Assert.Equal(new Outcome(0, "yes\n", ""), CommandLine.Run(question));
        Assert.Equal(new Outcome(0, "yes\n", ""), CommandLine.Run([.. question, "--client-key", key]));
        var verbose = CommandLine.Run([.. question, "-v"]);
        Assert.EndsWith("authenticated by x509 as myuser, groups [mygroup system:authenticated]\n", verbose.Stdout, StringComparison.Ordinal);
        Assert.Equal(1, CommandLine.Run(["can-i", "delete", .. question[2..]]).Exit);
        var expired = CommandLine.Run([.. question, "--time", "2001-01-01T00:00:00Z"]);
        Assert.Contains("x509: certificate has expired or is not yet valid: current time 2001-01-01T00:00:00Z is before", expired.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void DER_does_as_well_as_PEM()
    {
        using var folder = new TemporaryFolder();
        var (certificate, _) = Certificate(folder, "client");
        Openssl("x509", "-in", certificate, "-outform", "DER", "-out", folder["client.der"]);
        Assert.Equal(
            new Outcome(0, "yes\n", ""),
            CommandLine.Run("can-i", "list", "pods", "-f", CommandLine.ReadPods, "--client-ca-file", certificate, "--client-certificate", folder["client.der"]));
    }

    [Fact]
    public void A_certificate_of_another_authority_is_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        var (certificate, _) = Certificate(folder, "client");
        var (other, otherKey) = Certificate(folder, "other");
        string[] question = ["can-i", "list", "pods", "-f", CommandLine.ReadPods, "--client-ca-file", certificate, "--client-certificate", other];
        var outcome = CommandLine.Run(question);
        Assert.Equal((1, ""), (outcome.Exit, outcome.Stdout));
        Assert.Matches(
            @"^error: You must be logged in to the server \(Unauthorized\)\nbecause: verifying certificate SN=[0-9]+, SKID=[0-9A-F:]+, AKID=[0-9A-F:]+ failed: x509: certificate signed by unknown authority",
            outcome.Stderr);
        Assert.Equal(
            new Outcome(2, "", $"error: --client-certificate {certificate}: tls: private key does not match public key\n"),
            CommandLine.Run("whoami", "--client-ca-file", certificate, "--client-certificate", certificate, "--client-key", otherKey));
        Assert.Equal(
            new Outcome(2, "", $"error: --client-certificate {certificate}: tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input\n"),
            CommandLine.Run("whoami", "--client-ca-file", certificate, "--client-certificate", certificate, "--client-key", certificate));
    }

    [Fact]
    public void The_same_user_comes_by_token_and_by_password()
    {
        string[] question = ["can-i", "list", "pods", "-f", CommandLine.ReadPods];
        Assert.Equal(new Outcome(0, "yes\n", ""), CommandLine.Run([.. question, "--token", "myuser-token", "--token-auth-file", Examples.Tokens]));
        Assert.Equal(
            new Outcome(0, "yes\n", ""),
            CommandLine.Run([.. question, "--username", "myuser", "--password", "myuser-password", "--basic-auth-file", Examples.Passwords]));
        var explained = CommandLine.Run("explain", "list", "pods", "-f", CommandLine.ReadPods, "--token", "myuser-token", "--token-auth-file", Examples.Tokens);
        Assert.EndsWith("\nauthenticated by token file as myuser, groups [mygroup system:authenticated]\n", explained.Stdout, StringComparison.Ordinal);
    }

    private static (string Certificate, string Key) Certificate(TemporaryFolder folder, string name)
    {
        Openssl(
            "req", "-new", "-newkey", "rsa:2048", "-days", "365", "-nodes", "-x509", "-subj", "/CN=myuser/O=mygroup",
            "-keyout", folder[name + ".key"], "-out", folder[name + ".crt"]);
        return (folder[name + ".crt"], folder[name + ".key"]);
    }

    private static void Openssl(params string[] args)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("openssl", args) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("openssl is not installed here");
            throw;
        }

        using (process)
        {
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error);
        }
    }
}
