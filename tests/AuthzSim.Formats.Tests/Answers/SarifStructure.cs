using System.Text.Json;

namespace AuthzSim.Formats.Tests.Answers;

/// <summary>
/// What the SARIF 2.1.0 schema demands of the properties that a diff uses: each object has these and no others, of these
/// types. The schema itself is not ours to keep here.
/// </summary>
internal static class SarifStructure
{
    private static readonly Dictionary<string, Dictionary<string, string>> _objects = new(StringComparer.Ordinal)
    {
        ["log"] = Members("$schema=uri version!=version runs!=run*"),
        ["run"] = Members("tool!=tool columnKind=columnKind results=result*"),
        ["tool"] = Members("driver!=driver"),
        ["driver"] = Members("name!=text version=text rules=rule**"),
        ["rule"] = Members("id!=text shortDescription=message defaultConfiguration=configuration properties=ruleProperties"),
        ["configuration"] = Members("level=level"),
        ["ruleProperties"] = Members("tags=text** security-severity=score"),
        ["message"] = Members("text!=text"),
        ["result"] = Members(
            "ruleId=text ruleIndex=index level=level message!=message locations=location* relatedLocations=location** "
            + "partialFingerprints=texts suppressions=suppression** properties=resultProperties"),
        ["resultProperties"] = Members("severity=text"),
        ["location"] = Members("physicalLocation=physicalLocation logicalLocations=logicalLocation** message=message"),
        ["physicalLocation"] = Members("artifactLocation!=artifactLocation region=region"),
        ["artifactLocation"] = Members("uri!=uri uriBaseId=text"),
        ["region"] = Members("startLine!=line"),
        ["logicalLocation"] = Members("fullyQualifiedName=text kind=text"),
        ["suppression"] = Members("kind!=kind status=status justification=text"),
    };

    private static readonly Dictionary<string, string[]> _enums = new(StringComparer.Ordinal)
    {
        ["version"] = ["2.1.0"],
        ["columnKind"] = ["utf16CodeUnits", "unicodeCodePoints"],
        ["level"] = ["none", "note", "warning", "error"],
        ["kind"] = ["inSource", "external"],
        ["status"] = ["accepted", "underReview", "rejected"],
        ["score"] = ["2.0", "5.5", "8.0", "9.5"],
    };

    /// <summary>Everything that is wrong with a log.</summary>
    public static List<string> ProblemsOf(JsonElement log)
    {
        List<string> problems = [];
        Check(log, "log", "$", problems);
        if (problems.Count > 0)
        {
            return problems;
        }

        foreach (var run in log.GetProperty("runs").EnumerateArray())
        {
            string[] rules = [.. run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString()!)];
            foreach (var result in run.GetProperty("results").EnumerateArray())
            {
                var index = result.GetProperty("ruleIndex").GetInt32();
                if (index >= rules.Length || rules[index] != result.GetProperty("ruleId").GetString())
                {
                    problems.Add($"rule {index} is not {result.GetProperty("ruleId")}");
                }
            }
        }

        return problems;
    }

    private static void Check(JsonElement value, string type, string path, List<string> problems)
    {
        if (type.EndsWith('*'))
        {
            CheckArray(value, type.TrimEnd('*'), type.EndsWith("**", StringComparison.Ordinal), path, problems);
        }
        else if (_objects.TryGetValue(type, out var members))
        {
            CheckObject(value, members, path, problems);
        }
        else if (!IsOf(value, type))
        {
            problems.Add($"{path}: {value.GetRawText()} is not {type}");
        }
    }

    private static void CheckArray(JsonElement value, string type, bool isOfDistinct, string path, List<string> problems)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            problems.Add($"{path}: no array");
            return;
        }

        if (isOfDistinct && value.EnumerateArray().Select(v => v.GetRawText()).GroupBy(v => v, StringComparer.Ordinal).Any(g => g.Count() > 1))
        {
            problems.Add($"{path}: holds the same twice");
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            Check(item, type, $"{path}[{index++}]", problems);
        }
    }

    private static void CheckObject(JsonElement value, Dictionary<string, string> members, string path, List<string> problems)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{path}: no object");
            return;
        }

        problems.AddRange(members.Keys.Where(k => k.EndsWith('!') && !value.TryGetProperty(k.TrimEnd('!'), out _)).Select(k => $"{path}: lacks {k}"));
        problems.AddRange(value.EnumerateObject().GroupBy(m => m.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"{path}: {g.Key} twice"));
        foreach (var member in value.EnumerateObject())
        {
            if (members.GetValueOrDefault(member.Name) is { } type || members.TryGetValue(member.Name + "!", out type))
            {
                Check(member.Value, type, $"{path}.{member.Name}", problems);
            }
            else
            {
                problems.Add($"{path}: {member.Name} is nothing the schema knows here");
            }
        }
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "text" => value.ValueKind == JsonValueKind.String,
        "texts" => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(m => m.Value.ValueKind == JsonValueKind.String),
        "uri" => value.ValueKind == JsonValueKind.String && Uri.IsWellFormedUriString(value.GetString(), UriKind.RelativeOrAbsolute),
        "line" => value.TryGetInt32(out var line) && line >= 1,
        "index" => value.TryGetInt32(out var index) && index >= 0,
        _ => value.ValueKind == JsonValueKind.String && _enums[type].Contains(value.GetString(), StringComparer.Ordinal),
    };

    private static Dictionary<string, string> Members(string text) =>
        text.Split(' ').Select(m => m.Split('=')).ToDictionary(m => m[0], m => m[1], StringComparer.Ordinal);
}
