using System.Text.Json.Nodes;
using AuthzSim.PolicyTests;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Output;

/// <summary>What came of tests as JSON.</summary>
internal static class TestJson
{
    /// <summary>The members, for help.</summary>
    public const string Shape =
        """
        passed, failed    how many cases
        tests             objects of
          name            metadata.name
          location        path:line:column
          cases           objects of
            name          who and what, after the assertion's own name
            assertion     allow, deny, only, never or change
            location      path:line:column of the assertion
            passed        true or false
            findings      only when failed: objects of
              kind        Denied, Allowed, Gained, NotGained, Lost, NotLost or NothingToDelete
              subject     kind, name, namespace
              request     verb, apiGroup, resource, subresource, name, namespace, or verb and path; with user and groups
              access      all of which it is true, as rules, where there is more than the request
              paths       binding, role, rule and subject that allow it, as explain has them
              nearMisses  of a denial, nearest first, in words
              object      what was to be deleted and is not there
        coverage          with --coverage: objects of
          percent         of bindings and rules together
          bindings        total, touched, untouched (kind, namespace, name, location)
          rules           total, touched, untouched (role, rule)
        """;

    public static JsonObject Of(PolicyTestReport report, FindingWords words)
    {
        var result = new JsonObject
        {
            ["passed"] = report.Passed,
            ["failed"] = report.Failed,
            ["tests"] = new JsonArray([.. report.Tests.Select(t => new JsonObject
            {
                ["name"] = t.Test.Name,
                ["location"] = t.Test.Location.ToString(),
                ["cases"] = new JsonArray([.. t.Cases.Select(c => Of(c, words))]),
            })]),
        };
        if (report.Coverage is { } coverage)
        {
            result["coverage"] = Of(coverage);
        }

        return result;
    }

    private static JsonObject Of(CaseOutcome outcome, FindingWords words)
    {
        var result = new JsonObject
        {
            ["name"] = outcome.Name,
            ["assertion"] = outcome.Assertion.Word,
            ["location"] = outcome.Assertion.Location.ToString(),
            ["passed"] = outcome.Passed,
        };
        if (!outcome.Passed)
        {
            result["findings"] = new JsonArray([.. outcome.Findings.Select(f => Of(f, words))]);
        }

        return result;
    }

    private static JsonObject Of(TestFinding finding, FindingWords words)
    {
        var result = new JsonObject { ["kind"] = finding.Kind.ToString() };
        if (finding.Subject is { } subject)
        {
            result["subject"] = PolicyJson.Of(subject, "");
        }

        if (finding.Request is { } request)
        {
            result["request"] = Of(request);
        }

        if (finding.Access is { } access)
        {
            result["access"] = new JsonArray([.. access.Rules.Select(r => (JsonNode)r.ToString())]);
        }

        if (!finding.Paths.IsEmpty)
        {
            result["paths"] = new JsonArray([.. finding.Paths.Select(PolicyJson.Of)]);
        }

        if (words.ExplanationOf(finding) is { } explanation)
        {
            result["nearMisses"] = new JsonArray([.. ExplanationText.MissLines(explanation).Select(m => (JsonNode)m)]);
        }

        if (finding.Change is { } change)
        {
            result["object"] = new JsonObject { ["kind"] = change.Kind, ["namespace"] = change.Namespace, ["name"] = change.Name };
        }

        return result;
    }

    private static JsonObject Of(RequestAttributes request)
    {
        var result = new JsonObject { ["verb"] = request.Verb };
        if (request.IsResourceRequest)
        {
            result["apiGroup"] = request.ApiGroup;
            result["resource"] = request.Resource;
            result["subresource"] = request.Subresource;
            result["name"] = request.Name;
            result["namespace"] = request.Namespace;
        }
        else
        {
            result["path"] = request.Path;
        }

        result["user"] = request.User.Name;
        result["groups"] = new JsonArray([.. request.User.Groups.Select(g => (JsonNode)g)]);
        return result;
    }

    private static JsonObject Of(RuleCoverage coverage) => new()
    {
        ["percent"] = Math.Round(coverage.Percent, 1),
        ["bindings"] = new JsonObject
        {
            ["total"] = coverage.BindingCount,
            ["touched"] = coverage.BindingCount - coverage.Bindings.Length,
            ["untouched"] = new JsonArray([.. coverage.Bindings.Select(PolicyJson.Of)]),
        },
        ["rules"] = new JsonObject
        {
            ["total"] = coverage.RuleCount,
            ["touched"] = coverage.RuleCount - coverage.Rules.Length,
            ["untouched"] = new JsonArray([.. coverage.Rules.Select(r => new JsonObject
            {
                ["role"] = PolicyJson.Of(r.Role),
                ["rule"] = PolicyJson.Of(r.Rule),
            })]),
        },
    };
}
