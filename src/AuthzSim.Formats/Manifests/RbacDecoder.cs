using System.Collections.Immutable;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>
/// Decodes the four RBAC kinds. Every method starts inside the object (its first brace is the current token, or the fields in
/// <c>seen</c> are behind it) and ends at its end. Nothing is defaulted or validated, but subjects of v1alpha1 are turned into those of v1.
/// </summary>
internal sealed class RbacDecoder(ValueDecoder values)
{
    private static readonly RoleRef _noRole = new();
    private readonly List<Subject> _subjects = [];
    private readonly List<PolicyRule> _rules = [];

    public RbacObject Decode(ref FieldReader reader, ManifestKind kind, bool isAlpha, SourceLocation location, uint seen)
    {
        values.Path.Reset();
        values.Path.Enter();
        return kind switch
        {
            ManifestKind.Role => Role(ref reader, location, seen),
            ManifestKind.ClusterRole => ClusterRole(ref reader, location, seen),
            _ => Binding(ref reader, kind, isAlpha, location, seen),
        };
    }

    private Role Role(ref FieldReader reader, SourceLocation location, uint seen)
    {
        var (metadata, rules) = (ObjectMeta.Empty, ImmutableArray<PolicyRule>.Empty);
        while (values.NextField(ref reader, FieldTables.Role, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 2: metadata = Metadata(ref reader); break;
                case 3: rules = Rules(ref reader); break;
                default: values.Text(ref reader); break;
            }
        }

        return new Role { Metadata = metadata, Rules = rules, Location = location };
    }

    private ClusterRole ClusterRole(ref FieldReader reader, SourceLocation location, uint seen)
    {
        var (metadata, rules) = (ObjectMeta.Empty, ImmutableArray<PolicyRule>.Empty);
        AggregationRule? aggregation = null;
        while (values.NextField(ref reader, FieldTables.ClusterRole, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 2: metadata = Metadata(ref reader); break;
                case 3: rules = Rules(ref reader); break;
                case 4: aggregation = Aggregation(ref reader); break;
                default: values.Text(ref reader); break;
            }
        }

        return new ClusterRole { Metadata = metadata, Rules = rules, AggregationRule = aggregation, Location = location };
    }

    private RbacBinding Binding(ref FieldReader reader, ManifestKind kind, bool isAlpha, SourceLocation location, uint seen)
    {
        var (metadata, subjects, roleRef) = (ObjectMeta.Empty, ImmutableArray<Subject>.Empty, _noRole);
        while (values.NextField(ref reader, FieldTables.Binding, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 2: metadata = Metadata(ref reader); break;
                case 3: subjects = Subjects(ref reader, isAlpha); break;
                case 4: roleRef = RoleRef(ref reader); break;
                default: values.Text(ref reader); break;
            }
        }

        return kind == ManifestKind.RoleBinding
            ? new RoleBinding { Metadata = metadata, Subjects = subjects, RoleRef = roleRef, Location = location }
            : new ClusterRoleBinding { Metadata = metadata, Subjects = subjects, RoleRef = roleRef, Location = location };
    }

    /// <summary>Decodes an object's metadata, which follows.</summary>
    public ObjectMeta Metadata(ref FieldReader reader)
    {
        if (!values.EnterObject(ref reader))
        {
            return ObjectMeta.Empty;
        }

        var (name, ns, uid, version, generateName) = ("", "", "", "", "");
        var (labels, annotations) = (ObjectMeta.NoEntries, ObjectMeta.NoEntries);
        ImmutableArray<string> finalizers = [];
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.Metadata, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: name = values.OwnText(ref reader); break;
                case 1: ns = values.Text(ref reader); break;
                case 2: labels = values.TextMap(ref reader); break;
                case 3: annotations = values.TextMap(ref reader); break;
                case 4: uid = values.Text(ref reader); break;
                case 5: version = values.Text(ref reader); break;
                case 6: finalizers = values.TextList(ref reader); break;
                case 7: generateName = values.Text(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        values.Path.Leave();
        return new ObjectMeta
        {
            Name = name,
            Namespace = ns,
            Labels = labels,
            Annotations = annotations,
            Uid = uid,
            ResourceVersion = version,
            Finalizers = finalizers,
            GenerateName = generateName,
        };
    }

    private ImmutableArray<PolicyRule> Rules(ref FieldReader reader)
    {
        if (!values.EnterList(ref reader))
        {
            return [];
        }

        _rules.Clear();
        var index = 0;
        while (values.NextObject(ref reader, ref index))
        {
            _rules.Add(Rule(ref reader));
            values.Path.Leave();
        }

        return [.. _rules];
    }

    private PolicyRule Rule(ref FieldReader reader)
    {
        var location = reader.ObjectLocation;
        ImmutableArray<string> verbs = [], groups = [], resources = [], names = [], urls = [];
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.Rule, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: verbs = values.TextList(ref reader); break;
                case 1: groups = values.TextList(ref reader); break;
                case 2: resources = values.TextList(ref reader); break;
                case 3: names = values.TextList(ref reader); break;
                default: urls = values.TextList(ref reader); break;
            }
        }

        return new PolicyRule
        {
            Verbs = verbs,
            ApiGroups = groups,
            Resources = resources,
            ResourceNames = names,
            NonResourceUrls = urls,
            Location = location,
        };
    }

    private ImmutableArray<Subject> Subjects(ref FieldReader reader, bool isAlpha)
    {
        if (!values.EnterList(ref reader))
        {
            return [];
        }

        _subjects.Clear();
        var index = 0;
        while (values.NextObject(ref reader, ref index))
        {
            _subjects.Add(Subject(ref reader, isAlpha));
            values.Path.Leave();
        }

        return [.. _subjects];
    }

    private Subject Subject(ref FieldReader reader, bool isAlpha)
    {
        var location = reader.ObjectLocation;
        var (kind, group, name, ns) = ("", "", "", "");
        uint seen = 0;
        while (values.NextField(ref reader, isAlpha ? FieldTables.AlphaSubject : FieldTables.Subject, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: kind = values.Text(ref reader); break;
                case 1: group = values.Text(ref reader); break;
                case 2: name = values.Text(ref reader); break;
                default: ns = values.Text(ref reader); break;
            }
        }

        var subject = new Subject { Kind = kind, ApiGroup = group, Name = name, Namespace = ns, Location = location };
        return isAlpha ? FromAlpha(subject) : subject;
    }

    /// <summary>Upstream: <c>pkg/apis/rbac/v1alpha1/conversion.go</c>. Here ApiGroup holds what v1alpha1 calls apiVersion.</summary>
    private static Subject FromAlpha(Subject subject) => subject switch
    {
        { Kind: RbacNames.UserKind, Name: RbacNames.All } =>
            Rbac.Subject.Group("system:authenticated") with { Namespace = subject.Namespace, Location = subject.Location },
        { Kind: RbacNames.UserKind or RbacNames.GroupKind } => subject with { ApiGroup = RbacNames.Group },
        { Kind: RbacNames.ServiceAccountKind } => subject with { ApiGroup = "" },
        _ => subject with { ApiGroup = ManifestKinds.GroupOf(subject.ApiGroup) },
    };

    private RoleRef RoleRef(ref FieldReader reader)
    {
        if (!values.EnterObject(ref reader))
        {
            return _noRole;
        }

        var (group, kind, name) = ("", "", "");
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.RoleRef, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: group = values.Text(ref reader); break;
                case 1: kind = values.Text(ref reader); break;
                default: name = values.Text(ref reader); break;
            }
        }

        values.Path.Leave();
        return values.Shared.RoleRef(group, kind, name);
    }

    private AggregationRule? Aggregation(ref FieldReader reader) => new SelectorDecoder(values).Aggregation(ref reader);
}
