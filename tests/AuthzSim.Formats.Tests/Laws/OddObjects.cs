using System.Collections.Immutable;
using AuthzSim.Rbac;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Formats.Tests.Laws;

/// <summary>RBAC objects full of texts that formats get wrong. Names are told apart by a counter: the later of two would win.</summary>
public static class OddObjects
{
    private static readonly string[] _odd =
    [
        "", "a", "pods", "yes", "no", "n", "1", "0x1F", "1_0", "1.5", ".inf", "null", "~", "true", "*", "&a", "!x", "@a", "%a", "- a", "-", "?", ": ", "a: b",
        "a:", "a #b", "#", "'", "\"", "it's", "\\", "\n", "a\nb\n", "\t", " a", "a ", "é", "日本", "😀", "\u0001", "\u0085", "\u2028", "\ufeff", "\u00a0",
        "---", "...", "<<", "=", "{}", "[a", "2020-01-01", "1:20", "2020-01-01\"x\n", "|", ">", "`", "a,b", "pods/*", "system:node", "\u007f", "\ufffd", "[]", "0o7",
    ];

    private static Gen<string> Text { get; } = Gen.Elements(_odd);

    private static Gen<string> Name { get; } = Gen.Frequency((3, Text), (1, Gen.ArrayOf(Text, 3).Select(p => string.Concat(p))));

    private static Gen<ImmutableArray<string>> Texts { get; } = Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(Name, n)).Select(a => a.ToImmutableArray());

    private static Gen<ImmutableSortedDictionary<string, string>> Map { get; } =
        from keys in Texts
        from values in Gen.ArrayOf(Name, keys.Length)
        select ObjectMeta.NoEntries.SetItems(keys.Zip(values, KeyValuePair.Create));

    private static Gen<ObjectMeta> Metadata { get; } =
        from texts in Gen.ArrayOf(Name, 5)
        from labels in Map
        from annotations in Map
        from finalizers in Texts
        select new ObjectMeta
        {
            Name = texts[0],
            Namespace = texts[1],
            GenerateName = texts[2],
            Uid = texts[3],
            ResourceVersion = texts[4],
            Labels = labels,
            Annotations = annotations,
            Finalizers = finalizers,
        };

    private static Gen<PolicyRule> Rule { get; } =
        from lists in Gen.ArrayOf(Texts, 5)
        select new PolicyRule { Verbs = lists[0], ApiGroups = lists[1], Resources = lists[2], ResourceNames = lists[3], NonResourceUrls = lists[4] };

    private static Gen<Subject> Subject { get; } =
        from t in Gen.ArrayOf(Name, 4)
        select new Subject { Kind = t[0], ApiGroup = t[1], Name = t[2], Namespace = t[3] };

    private static Gen<RoleRef> RoleRef { get; } =
        from t in Gen.ArrayOf(Name, 3)
        select new RoleRef { Kind = t[0], ApiGroup = t[1], Name = t[2] };

    private static Gen<LabelSelector> Selector { get; } =
        from labels in Map
        from texts in Gen.ArrayOf(Name, 2)
        from values in Texts
        from count in Gen.Choose(0, 2)
        select new LabelSelector
        {
            MatchLabels = labels,
            MatchExpressions = [.. Enumerable.Repeat(new LabelSelectorRequirement { Key = texts[0], Operator = texts[1], Values = values }, count)],
        };

    private static Gen<AggregationRule?> Aggregation { get; } = Gen.Frequency(
        (1, Gen.Constant<AggregationRule?>(null)),
        (1, Few(Selector).Select(s => (AggregationRule?)new AggregationRule { ClusterRoleSelectors = s })));

    public static Gen<RbacObject> Any { get; } = Gen.OneOf<RbacObject>(
        from m in Metadata from r in Few(Rule) select (RbacObject)new Role { Metadata = m, Rules = r },
        from m in Metadata from r in Few(Rule) from a in Aggregation select (RbacObject)new ClusterRole { Metadata = m, Rules = r, AggregationRule = a },
        from m in Metadata from s in Few(Subject) from r in RoleRef select (RbacObject)new RoleBinding { Metadata = m, Subjects = s, RoleRef = r },
        from m in Metadata from s in Few(Subject) from r in RoleRef select (RbacObject)new ClusterRoleBinding { Metadata = m, Subjects = s, RoleRef = r });

    public static IReadOnlyList<string> OddTexts => _odd;

    public static Arbitrary<RbacObject[]> Objects() => Arb.From(Gen.Choose(1, 4).SelectMany(n => Gen.ArrayOf(Any, n)));

    private static Gen<ImmutableArray<T>> Few<T>(Gen<T> gen) => Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(gen, n)).Select(a => a.ToImmutableArray());
}
