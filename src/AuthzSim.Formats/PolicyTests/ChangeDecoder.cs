using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;
using AuthzSim.Formats.Manifests;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.PolicyTests;

/// <summary>Decodes changes of a policy and what they are to give and take.</summary>
internal sealed class ChangeDecoder(
    ManifestDocument document, ValueDecoder values, TestProblems problems, TableDecoder tables, DiagnosticBag diagnostics, List<string> changeFiles)
{
    /// <summary>Decodes the object the reader is in.</summary>
    public ChangeAssertion Decode(ref FieldReader reader, string path)
    {
        var (name, noNewAccess) = ("", false);
        ImmutableArray<AccessTable> gains = default, losses = default;
        List<PolicyChange> put = [], deleted = [];
        uint seen = 0;
        while (values.NextField(ref reader, TestFieldTables.Change, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: name = values.Text(ref reader); break;
                case 1: put.AddRange(Applied(ref reader, path + ".apply")); break;
                case 2: deleted.AddRange(values.TextList(ref reader).Select((d, i) => Deletion(d, $"{path}.delete[{i}]")).OfType<PolicyChange>()); break;
                case 3: gains = Tables(ref reader, path + ".gains"); break;
                case 4: losses = Tables(ref reader, path + ".losses"); break;
                default: noNewAccess = values.Boolean(ref reader); break;
            }
        }

        values.Path.Leave();
        if ((seen & 0b110) == 0)
        {
            problems.Error(path, "nothing changes: give it `apply` with manifests or `delete` with `KIND/NAME`");
        }

        if (noNewAccess && !gains.IsDefaultOrEmpty)
        {
            problems.Error($"{path}.noNewAccess", "it contradicts `gains`: keep one of them");
        }

        if (gains.IsDefault && losses.IsDefault && !noNewAccess)
        {
            problems.Error(path, "nothing is asserted: say what is gained under `gains` and lost under `losses` (`[]` for nothing), or `noNewAccess: true`");
        }

        // Whoever says one side says both, unless all that matters is that nobody gains.
        return new ChangeAssertion
        {
            Name = name,
            Location = problems.PlaceOf(path),
            Changes = [.. put, .. deleted],
            Gains = gains.IsDefault ? [] : gains,
            Losses = losses.IsDefault && !noNewAccess ? [] : losses,
        };
    }

    private ImmutableArray<AccessTable> Tables(ref FieldReader reader, string path)
    {
        if (!values.EnterList(ref reader))
        {
            return default;
        }

        var result = ImmutableArray.CreateBuilder<AccessTable>();
        var count = 0;
        while (values.NextObject(ref reader, ref count))
        {
            var place = $"{path}[{count - 1}]";
            var table = tables.Decode(ref reader, TestFieldTables.Access, place);
            var subjects = tables.SubjectsOf(table, place);
            result.Add(new AccessTable(subjects, tables.ActionsOf(table, place, TableUse.Access, subjects.Length)));
        }

        return result.DrainToImmutable();
    }

    private PolicyChange? Deletion(string word, string path)
    {
        var parts = word.Split('/');
        if (RbacNames.KindOf(parts[0]) is { } kind && parts.Length == (RbacNames.IsNamespaced(kind) ? 3 : 2) && !parts.Contains(""))
        {
            return PolicyChange.Delete(kind, RbacNames.IsNamespaced(kind) ? parts[1] : "", parts[^1]);
        }

        problems.Error(path, $"`{word}` names no object: write `clusterrole/NAME`, `clusterrolebinding/NAME`, `role/NAMESPACE/NAME` or `rolebinding/NAMESPACE/NAME`");
        return null;
    }

    /// <summary>The objects of a list of files and objects, as <c>kubectl apply</c> would put them.</summary>
    private List<PolicyChange> Applied(ref FieldReader reader, string path)
    {
        var builder = new PolicyBuilder(diagnostics, RbacValidation.Validate);
        var context = new ReadingContext(diagnostics, builder, new ReadingProgress(null, CancellationToken.None));
        if (!values.EnterList(ref reader))
        {
            return [];
        }

        for (var i = 0; reader.NextItem(); i++)
        {
            var place = $"{path}[{i}]";
            var before = builder.RbacSeen;
            if (reader.Token == JsonTokenType.String)
            {
                ReadFiles(reader.Text, context, place);
            }
            else if (reader.Token == JsonTokenType.StartObject)
            {
                var start = reader.Index;
                reader.Skip();
                ReadObject(document.Json[start..reader.Consumed], start, context);
            }
            else
            {
                problems.Error(place, "a file's path or an object is needed here");
                reader.Skip();
                continue;
            }

            if (builder.RbacSeen == before && !diagnostics.HasErrorSince(0))
            {
                problems.Error(place, "no role and no binding in here");
            }
        }

        values.Path.Leave();
        return [.. builder.Build().Objects.Select(PolicyChange.Put)];
    }

    private void ReadObject(ReadOnlyMemory<byte> json, int start, ReadingContext context) =>
        new ManifestReader(new JsonWindow(json, document.Locator.ForCopy(start, json)), context).ReadAll();

    private void ReadFiles(string path, ReadingContext context, string place)
    {
        var folder = document.Location.Path is null or InputPaths.StandardInput ? "" : Path.GetDirectoryName(document.Location.Path) ?? "";
        var full = Path.Combine(folder, path);
        if (path is "" or InputPaths.StandardInput || InputPaths.Expand(full) is not { Count: > 0 } files)
        {
            problems.Error(place, $"no such file: `{full}` (paths count from the folder of the test file)");
            return;
        }

        var reader = new PolicyFiles(context, new PolicyLoadOptions());
        foreach (var file in files)
        {
            changeFiles.Add(file);
            reader.Read(file);
        }
    }
}
