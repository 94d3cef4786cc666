using System.Collections.Immutable;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Manifests;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.PolicyTests;

/// <summary>What a table is for, which says what a part means that is left out.</summary>
internal enum TableUse
{
    /// <summary>Cases, each a request.</summary>
    Cases,

    /// <summary>A proof over everything that is not said.</summary>
    Proof,

    /// <summary>Access as rules grant it: to all names when none is said.</summary>
    Access,
}

/// <summary>A table as written. A list that was not given is default.</summary>
internal sealed record DecodedTable
{
    public string Name { get; set; } = "";

    public Dictionary<string, ImmutableArray<string>> Lists { get; } = new(StringComparer.Ordinal);

    public DecodedTable? Except { get; set; }

    public bool IncludesDefaultPolicy { get; set; }

    public ImmutableArray<string> this[string field] => Lists.GetValueOrDefault(field, []);
}

/// <summary>Decodes tables of subjects and actions, and judges them.</summary>
internal sealed class TableDecoder(ValueDecoder values, TestProblems problems, TestedResourceWords words)
{
    private const int MostCases = 1_000_000;
    private const string Any = RbacNames.All;

    /// <summary>Decodes the object the reader is in.</summary>
    public DecodedTable Decode(ref FieldReader reader, FieldTable fields, string path)
    {
        var table = new DecodedTable();
        uint seen = 0;
        while (values.NextField(ref reader, fields, ref seen) is >= 0 and var index)
        {
            switch (fields.Names[index])
            {
                case "name": table.Name = values.Text(ref reader); break;
                case "includeDefaultPolicy": table.IncludesDefaultPolicy = values.Boolean(ref reader); break;
                case "except" when values.EnterObject(ref reader):
                    table.Except = Decode(ref reader, TestFieldTables.Except, path + ".except");
                    break;
                case "except": break;
                case var field: table.Lists[field] = List(ref reader, $"{path}.{field}"); break;
            }
        }

        values.Path.Leave();
        return table;
    }

    public ImmutableArray<Subject> SubjectsOf(DecodedTable table, string path)
    {
        var subjects = Subjects(table, path, allowsPattern: false);
        if (subjects.IsEmpty && !table.Lists.Keys.Any(k => k is "users" or "groups" or "serviceAccounts"))
        {
            problems.Error(path, "nobody is named: give it `users`, `groups` or `serviceAccounts`; what nobody may do belongs under `never`");
        }

        return subjects;
    }

    public ImmutableArray<Subject> ExceptionsOf(DecodedTable table, string path) =>
        table.Except is null ? [] : Subjects(table.Except, path + ".except", allowsPattern: true);

    public ActionTable ActionsOf(DecodedTable table, string path, TableUse use, int subjects)
    {
        foreach (var (verb, i) in table["verbs"].Select((v, i) => (v, i)))
        {
            if (verb.Any(char.IsAsciiLetterUpper))
            {
                problems.Error($"{path}.verbs[{i}]", $"`{verb}` never matches: verbs are lower-case");
            }
        }

        foreach (var (url, i) in table["nonResourceURLs"].Select((v, i) => (v, i)))
        {
            if (!url.StartsWith('/') && url != Any)
            {
                problems.Error($"{path}.nonResourceURLs[{i}]", $"`{url}` never matches: paths start with `/`");
            }
        }

        var actions = new ActionTable
        {
            Verbs = table["verbs"],
            Resources = [.. table["resources"].Select((r, i) => Resource(r, $"{path}.resources[{i}]"))],
            ResourceNames = table["resourceNames"] is { IsEmpty: true } && use != TableUse.Cases ? [Any] : table["resourceNames"],
            Namespaces = table["namespaces"] is { IsEmpty: true } && use == TableUse.Proof ? [Any] : table["namespaces"],
            NonResourceUrls = table["nonResourceURLs"],
        };
        Judge(table, actions, path, use);
        if (Math.Max(subjects, 1) * actions.Count > MostCases)
        {
            problems.Error(path, $"more than {MostCases} cases come of this table: split it, or write `*` for every value of a part");
        }

        return actions;
    }

    private void Judge(DecodedTable table, ActionTable actions, string path, TableUse use)
    {
        if (!table.Lists.ContainsKey("verbs"))
        {
            problems.Error(path, "no `verbs`: name them, or write `verbs: [\"*\"]` for all");
        }

        if (!table.Lists.ContainsKey("resources") && !table.Lists.ContainsKey("nonResourceURLs"))
        {
            problems.Error(path, "nothing to do it with: give it `resources` or `nonResourceURLs`");
        }

        if (actions.Resources.IsEmpty)
        {
            foreach (var field in (string[])["resourceNames", "namespaces"])
            {
                if (table.Lists.ContainsKey(field) && !table.Lists.ContainsKey("resources"))
                {
                    problems.Error($"{path}.{field}", "only resources have it, and there are none");
                }
            }

            return;
        }

        var isGiven = table.Lists.ContainsKey("namespaces");
        if (!isGiven && use != TableUse.Proof && actions.Resources.FirstOrDefault(r => r.IsNamespaced == true) is { } namespaced)
        {
            problems.Error(path, $"`{namespaced}` live in namespaces: name them under `namespaces`, or write `namespaces: [\"*\"]` for all of them");
        }

        if (isGiven && actions.Resources.All(r => r.IsNamespaced == false))
        {
            problems.Error($"{path}.namespaces", $"`{actions.Resources[0]}` live in no namespace: leave it out");
        }
    }

    private TestedResource Resource(string word, string path)
    {
        var found = words.Resolve(word);
        if (found.IsRefused)
        {
            problems.Error(path, found.Message);
        }
        else if (found.Message.Length > 0)
        {
            problems.Warn(path, found.Message);
        }

        return found.Resource;
    }

    private ImmutableArray<string> List(ref FieldReader reader, string path)
    {
        var list = values.TextList(ref reader);
        if (list.IsEmpty)
        {
            problems.Error(path, "the list is empty: leave it out, or name at least one");
        }

        for (var i = 0; i < list.Length; i++)
        {
            if (list[i].Length == 0)
            {
                problems.Error($"{path}[{i}]", "an empty text means nothing here");
            }
        }

        return list;
    }

    private ImmutableArray<Subject> Subjects(DecodedTable table, string path, bool allowsPattern)
    {
        var subjects = ImmutableArray.CreateBuilder<Subject>();
        foreach (var field in (string[])["users", "groups", "serviceAccounts"])
        {
            foreach (var (name, i) in table[field].Select((n, i) => (n, i)))
            {
                var place = $"{path}.{field}[{i}]";
                if (!allowsPattern && name.Contains('*', StringComparison.Ordinal))
                {
                    problems.Error(place, $"`{name}`: `*` stands for names under `except` only: name each");
                }

                var parts = name.Split('/');
                if (field == "serviceAccounts" && (parts.Length != 2 || parts.Contains("")))
                {
                    problems.Error(place, $"`{name}` is no service account: write `NAMESPACE/NAME`");
                    continue;
                }

                subjects.Add(field switch
                {
                    "users" => Subject.User(name),
                    "groups" => Subject.Group(name),
                    _ => Subject.ServiceAccount(parts[0], parts[1]),
                });
            }
        }

        return subjects.DrainToImmutable();
    }
}
