using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Answers;

/// <summary>A <see cref="DiffReport"/> as JSON: an object of kind <c>PolicyDiff</c>; <see cref="Shape"/> says what is in it.</summary>
public static class DiffJson
{
    /// <summary>The version of the shape: fields may be added to it, but none changes its meaning.</summary>
    public const string ApiVersion = "authzsim.io/v1";

    /// <summary>What the members mean.</summary>
    public const string Shape =
        """
        apiVersion, kind  authzsim.io/v1, PolicyDiff
        before, after     what was compared
        effect            false when nobody's access changes
        severity          the worst of all gains; absent without one: low, medium, high, critical
        subjects          whose access changed alike, worst first: objects of
          subjects        kind, name, namespace
          severity        absent when nothing was gained that no exception agrees to
          risks           severity, code, reason, access
          gained, lost    rules: namespaces ("" is the cluster scope), verbs, apiGroups, resources (resources and
                          subresources, "" the resource itself), resourceNames ("" no name); or verbs, nonResourceURLs.
                          ["*"] is every value, less those in exceptNamespaces, exceptVerbs, ...; literal lists members
                          whose ["*"] is but that character; text says it in words
          gainedThrough, lostThrough  binding, role, rule, subject, each with location (path:line:column)
          exceptions      reason, expires, location: what agrees to part of it
          note            what else to know
        people            with --groups, the same for people by name and groups: name and groups in place of subjects
        refused           edits the API server would refuse: edit, message, location
        expiredExceptions, unusedExceptions  reason, expires, location
        """;

    /// <summary>The report.</summary>
    /// <param name="report">What to say.</param>
    public static JsonObject Of(DiffReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var diff = report.Diff;
        var result = new JsonObject
        {
            ["apiVersion"] = ApiVersion,
            ["kind"] = nameof(PolicyDiff),
            ["before"] = report.Before,
            ["after"] = report.After,
            ["effect"] = !diff.IsEmpty,
        };
        AddSeverity(result, diff.Severity);
        result["subjects"] = List(diff.Subjects, c => Of(c, "subjects", s => PolicyJson.Of(s, s.Namespace)));
        if (!diff.People.IsEmpty)
        {
            result["people"] = List(diff.People, c => Of(c, "people", Of));
        }

        AddList(result, "refused", report.Refused, Of);
        AddList(result, "expiredExceptions", diff.Expired, Of);
        AddList(result, "unusedExceptions", diff.Unused, Of);
        return result;
    }

    /// <summary>A severity as the JSON has it, such as <c>high</c>.</summary>
    /// <param name="severity">The severity.</param>
    public static string TextOf(Severity severity) => severity.ToString().ToLowerInvariant();

    private static JsonObject Of<TWho>(AssessedChange<TWho> change, string whoName, Func<TWho, JsonObject> whoOf)
    {
        var result = new JsonObject { [whoName] = List(change.Change.Who, whoOf) };
        AddSeverity(result, change.Severity);
        AddList(result, "risks", change.Risks, r => new JsonObject
        {
            ["severity"] = TextOf(r.Severity),
            ["code"] = r.Code,
            ["reason"] = r.Reason,
            ["access"] = AccessJson.Of(r.Access),
        });
        result["gained"] = AccessJson.Of(change.Change.Gained);
        result["lost"] = AccessJson.Of(change.Change.Lost);
        AddList(result, "gainedThrough", change.Change.GainedThrough, PolicyJson.Of);
        AddList(result, "lostThrough", change.Change.LostThrough, PolicyJson.Of);
        AddList(result, "exceptions", change.Exceptions, Of);
        if (change.Note is { } note)
        {
            result["note"] = note;
        }

        return result;
    }

    private static JsonObject Of(UserInfo person) => new()
    {
        ["name"] = person.Name,
        ["groups"] = new JsonArray([.. person.Groups.Select(g => (JsonNode)g)]),
    };

    private static JsonObject Of(AccessException exception)
    {
        var result = new JsonObject
        {
            ["reason"] = exception.Reason,
            ["expires"] = DiffWords.Day(exception.Expires),
        };
        AddLocation(result, exception.Location);
        return result;
    }

    private static JsonObject Of(RefusedEdit refused)
    {
        var result = new JsonObject { ["edit"] = refused.Edit, ["message"] = refused.Message };
        AddLocation(result, refused.Location);
        return result;
    }

    private static void AddLocation(JsonObject target, SourceLocation location)
    {
        if (location.IsKnown)
        {
            target["location"] = location.ToString();
        }
    }

    private static void AddSeverity(JsonObject target, Severity? severity)
    {
        if (severity is { } known)
        {
            target["severity"] = TextOf(known);
        }
    }

    private static void AddList<T>(JsonObject target, string name, ImmutableArray<T> items, Func<T, JsonObject> of)
    {
        if (!items.IsEmpty)
        {
            target[name] = List(items, of);
        }
    }

    private static JsonArray List<T>(ImmutableArray<T> items, Func<T, JsonObject> of) => new([.. items.Select(i => (JsonNode)of(i))]);
}
