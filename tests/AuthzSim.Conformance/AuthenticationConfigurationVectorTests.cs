using System.Text;
using AuthzSim.Authentication.Configuration;

namespace AuthzSim.Conformance;

/// <summary>config.jsonl: AuthenticationConfiguration files, and what the server said of them.</summary>
public sealed class AuthenticationConfigurationVectorTests
{
    private const string File = "config.jsonl";
    private const string NotYet = "CEL expressions are not supported yet";

    private static readonly string[] _disallowed = ["https://kubernetes.default.svc"];

    // Only compiling their expressions shows what the server says of them.
    private static readonly HashSet<string> _waiting = new(StringComparer.Ordinal)
    {
        "expression email with verified rule",
        "claim rule: not bool",
        "claim rule: number",
        "claim rule: unknown variable",
        "claim rule: dyn comprehension",
        "claim rule: any comprehension",
        "claim rule: optional",
        "claim rule: list literal",
        "claim rule: ternary",
        "claim rule: bind",
        "claim rule: division by zero literal",
        "claim rule: regex",
        "user rule: ok",
        "user rule: extra",
        "user rule: extra value",
    };

    [Fact]
    public void Every_configuration_is_accepted_or_refused_in_the_servers_words()
    {
        var mismatches = new Mismatches(File);
        foreach (var entry in Vectors.ReadJsonLines(File).Where(e => e.Text("kind") == "AuthenticationConfiguration"))
        {
            var (name, error) = (entry.Text("name"), ErrorOf(entry.Text("yaml")));
            if (_waiting.Contains(name))
            {
                Assert.True(
                    error?.Contains(NotYet, StringComparison.Ordinal), $"{name} no longer waits for expressions: {error}");
                continue;
            }

            mismatches.Compare(name, entry.TryGetProperty("error", out var recorded) ? recorded.GetString() : null, error);
        }

        mismatches.AssertNone();
    }

    private static string? ErrorOf(string yaml)
    {
        try
        {
            AuthenticationConfigurationReader.Read(Encoding.UTF8.GetBytes(yaml), _disallowed);
            return null;
        }
        catch (AuthenticationConfigurationException e)
        {
            return e.Message;
        }
    }
}
