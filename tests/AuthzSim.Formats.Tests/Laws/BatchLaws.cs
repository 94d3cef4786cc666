using System.Text;
using AuthzSim.Formats.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Laws;

/// <summary>Items of a list that are read many at a time, beside each other, bring what reading them one by one brings.</summary>
public sealed class BatchLaws
{
    private static readonly string[] _usual =
    [
        Object(Given.V1, "ClusterRole", """ "metadata":{"name":"a"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}] """),
        Object(Given.V1, "ClusterRole", """ "metadata":{"name":"é","labels":{"k":"\u0076"}} """),
        Object(Given.V1, "RoleBinding", """ "metadata":{"name":"b","namespace":"n"},"roleRef":{"kind":"ClusterRole","name":"a"},"subjects":[{"kind":"User","name":"u"}] """),
        Object(Given.V1, "RoleBinding", """ "metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"a"} """),
        Object("v1", "Namespace", """ "metadata":{"name":"n"} """),
        Object("v1", "ServiceAccount", """ "metadata":{"name":"s"} """),
        Object("v1", "Pod", """ "spec":{"a":[{"b":"}{"},[]]} """),
    ];

    private static readonly string[] _odd =
    [
        """{"metadata":{"name":"bare"}}""", """{"kind":"ClusterRole","metadata":{"name":"c"}}""", "{}", "[]", "null", "7", "\"x\"",
        Object("rbac.authorization.k8s.io/v1beta1", "ClusterRole", """ "metadata":{"name":"old"} """),
        Object("rbac.authorization.k8s.io/v2", "ClusterRole", """ "metadata":{"name":"no"} """),
        Object(Given.V1, "ClusterRole", """ "metadata":{"name":"a","x":1},"rulez":[] """),
        Object(Given.V1, "ClusterRole", """ "metadata":{"name":7},"rules":{} """),
        Object(Given.V1, "ClusterRole", """ "metadata":{"name":"x\ud83d"} """),
        Object(Given.V1, "ClusterRole", """ "metadata":{"annotations":{"a":"1.5e3"}},"rules":1.5e3 """),
        Object("v1", "List", $""" "items":[{_usual[0]},{_usual[2]}] """),
        $$"""{"items":[{{_usual[1]}},{"metadata":{"name":"inner"} }],"kind":"ClusterRoleList","apiVersion":"{{Given.V1}}"}""",
        Object("v1", "List", Object("v1", "List", Object("v1", "List", "\"items\":[]", "items"), "items"), "items"),
        Object(Given.V1, "ClusterRole", """ "metadata":{"name":"a/b"},"rules":[{"resources":["pods"]}] """),
        """{"kind":"ClusterRole" "x"}""", """{"kind":tru}""",
    ];

    [Property(MaxTest = 3000)]
    public Property Batches_play_no_part() => Prop.ForAll(Arb.From(Lists()), list =>
    {
        var bytes = Encoding.UTF8.GetBytes(list);
        var expected = Load(bytes, 0);
        Assert.Equal(expected, Load(bytes, batchSize: 4));
        Assert.Equal(expected, Load(bytes, batchSize: 300));
        Assert.Equal(expected, Load(bytes, batchSize: 300, windowSize: 700));
        return true;
    });

    private static string Load(byte[] bytes, int batchSize, int windowSize = JsonWindow.DefaultSize) => Show(PolicyLoader.Load(["-"], new PolicyLoadOptions
    {
        SkipInvalid = true,
        IncludeDefaultPolicy = false,
        StandardInput = new MemoryStream(bytes),
        WindowSize = windowSize,
        BatchSize = batchSize,
    }));

    private static string Object(string version, string kind, string rest, string? list = null)
    {
        var fields = list is null ? rest : $"\"{list}\":[{rest}]";
        return $$"""{"apiVersion":"{{version}}","kind":"{{kind}}",{{fields}}}""";
    }

    private static string Show(PolicyLoadResult result) => string.Join(
        '\n',
        [
            .. result.Policy.Objects.Select(o => $"{o} {o.Location}"),
            .. result.Policy.Namespaces.Select(n => n.ToString()),
            .. result.Policy.ServiceAccounts.Select(s => s.ToString()),
            .. result.Diagnostics.Select(d => $"[{d.Code}] {d}"),
            .. result.PassedOver.Select(p => p.ToString()),
            $"{result.DocumentsSkipped} left out",
        ]);

    private static Gen<string> Lists() =>
        from items in Gen.Choose(0, 25).SelectMany(n => Gen.ArrayOf(Gen.Frequency((8, Gen.Elements(_usual)), (1, Gen.Elements(_odd))), n))
        from comma in Gen.Frequency((6, Gen.Constant(",")), (2, Gen.Constant(" ,\n ")), (1, Gen.Elements(",,", " ", "]")))
        from type in Gen.Elements("\"apiVersion\":\"v1\",\"kind\":\"List\"", $"\"apiVersion\":\"{Given.V1}\",\"kind\":\"ClusterRoleList\"", "\"apiVersion\":\"v1\"", "\"kind\":\"Role\"")
        from isTypeFirst in Gen.Elements(true, false)
        from end in Gen.Frequency((6, Gen.Constant("]")), (1, Gen.Elements("", "}", ",]")))
        from after in Gen.Elements("", "\n" + _usual[0], "x")
        let list = $"\"items\":[{string.Join(comma, items)}{end}"
        select $"{{{(isTypeFirst ? $"{type},{list}" : $"{list},{type}")}}}{after}";
}
