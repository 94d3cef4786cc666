using System.Collections.Immutable;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;
using AuthzSim.Formats.Manifests;
using AuthzSim.PolicyTests;

namespace AuthzSim.Formats.PolicyTests;

/// <summary>Decodes one test; what is wrong with it goes to the diagnostics.</summary>
internal sealed class PolicyTestDecoder
{
    private readonly ManifestDocument _document;
    private readonly ValueDecoder _values;
    private readonly TableDecoder _tables;
    private readonly ChangeDecoder _changes;
    private readonly TestProblems _problems;
    private readonly RbacDecoder _objects;

    public PolicyTestDecoder(ManifestDocument document, DiagnosticBag diagnostics, TestedResourceWords resources, List<string> changeFiles)
    {
        _document = document;
        _values = new ValueDecoder(new FileProblems(diagnostics));
        _objects = new RbacDecoder(_values);
        _problems = new TestProblems(document, diagnostics);
        _tables = new TableDecoder(_values, _problems, resources);
        _changes = new ChangeDecoder(document, _values, _problems, _tables, diagnostics, changeFiles);
    }

    public PolicyTest Decode()
    {
        var reader = new FieldReader(_document.Json.Span, _document.Locator, new StringCache());
        reader.Advance();
        _values.Path.Enter();
        var name = "";
        var members = PolicyTest.NoMembers;
        var assertions = ImmutableArray.CreateBuilder<PolicyAssertion>();
        uint seen = 0;
        while (_values.NextField(ref reader, TestFieldTables.Test, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 2: name = _objects.Metadata(ref reader).Name; break;
                case 3: members = Members(ref reader); break;
                case 4 or 5 or 6 or 7 or 8: Assertions(ref reader, field, assertions); break;
                default: _values.Text(ref reader); break;
            }
        }

        if (assertions.Count == 0)
        {
            _problems.Error("", "the test asserts nothing: give it `allow`, `deny`, `only`, `never` or `changes`");
        }

        return new PolicyTest { Name = name, Location = _document.Location, Members = members, Assertions = assertions.DrainToImmutable() };
    }

    private void Assertions(ref FieldReader reader, int field, ImmutableArray<PolicyAssertion>.Builder assertions)
    {
        var list = TestFieldTables.Test.Names[field];
        if (!_values.EnterList(ref reader))
        {
            return;
        }

        var count = 0;
        while (_values.NextObject(ref reader, ref count))
        {
            var path = $"{list}[{count - 1}]";
            if (list == "changes")
            {
                assertions.Add(_changes.Decode(ref reader, path));
                continue;
            }

            var fields = list switch { "only" => TestFieldTables.Only, "never" => TestFieldTables.Never, _ => TestFieldTables.Access };
            assertions.Add(Assertion(list, _tables.Decode(ref reader, fields, path), path));
        }

        if (count == 0)
        {
            _problems.Error(list, "the list is empty: leave it out, or say what is to hold");
        }
    }

    private ActionAssertion Assertion(string list, DecodedTable table, string path)
    {
        var (name, location) = (table.Name, _problems.PlaceOf(path));
        var subjects = list == "never" ? [] : _tables.SubjectsOf(table, path);
        var actions = _tables.ActionsOf(table, path, list == "never" ? TableUse.Proof : TableUse.Cases, subjects.Length);
        return list switch
        {
            "allow" => new AllowAssertion { Name = name, Location = location, Subjects = subjects, Actions = actions },
            "deny" => new DenyAssertion { Name = name, Location = location, Subjects = subjects, Actions = actions },
            "only" => new OnlyAssertion
            {
                Name = name,
                Location = location,
                Subjects = subjects,
                Actions = actions,
                Except = _tables.ExceptionsOf(table, path),
                IncludesDefaultPolicy = table.IncludesDefaultPolicy,
            },
            _ => new NeverAssertion
            {
                Name = name,
                Location = location,
                Actions = actions,
                Except = _tables.ExceptionsOf(table, path),
                IncludesDefaultPolicy = table.IncludesDefaultPolicy,
            },
        };
    }

    private ImmutableSortedDictionary<string, ImmutableArray<string>> Members(ref FieldReader reader)
    {
        if (!_values.EnterObject(ref reader))
        {
            return PolicyTest.NoMembers;
        }

        var members = PolicyTest.NoMembers.ToBuilder();
        while (reader.NextField())
        {
            var user = reader.Text;
            _values.Path.Set(user);
            if (members.ContainsKey(user))
            {
                _problems.Error($"members.{user}", "given twice: give all groups in one list");
            }

            members[user] = _values.TextList(ref reader);
        }

        _values.Path.Leave();
        return members.ToImmutable();
    }
}

/// <summary>Reports what a test gets wrong although its fields are of the right types.</summary>
internal sealed class TestProblems(ManifestDocument document, DiagnosticBag diagnostics)
{
    public Rbac.SourceLocation PlaceOf(string path) => path.Length == 0 ? document.Location : document.LocationOf(path);

    public void Error(string path, string message) => diagnostics.Error(PlaceOf(path), DiagnosticCodes.Invalid, Text(path, message));

    public void Warn(string path, string message) => diagnostics.Warn(PlaceOf(path), DiagnosticCodes.Invalid, Text(path, message));

    private static string Text(string path, string message) => path.Length == 0 ? message : $"{path}: {message}";
}
