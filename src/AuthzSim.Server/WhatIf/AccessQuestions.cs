using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Discovery;
using AuthzSim.Formats.Answers;
using AuthzSim.Formats.Discovery;
using AuthzSim.Matrix;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Server.Requests;

namespace AuthzSim.Server.WhatIf;

/// <summary>Who can, why, and who may do what: the answers of the commands of these names, about the policy that is served.</summary>
internal static class AccessQuestions
{
    /// <summary>Subjects of a matrix; more would take long, and nobody looks at them.</summary>
    private const int MostRows = 5000;

    private static readonly string[] _action = ["verb", "resource", "apiGroup", "namespace", "name", "subresource", "path"];

    public static JsonObject WhoCan(ApiRequest request, PolicySet policy)
    {
        var asked = new QuestionParameters(request, [.. _action, "group"]);
        if (asked.Has("group") && asked.Has("apiGroup"))
        {
            throw new WhatIfException("parameter group: it is the same as apiGroup, which is given too");
        }

        var (attributes, type) = asked.Action(MapperOf(policy), new UserInfo(), asked.Has("group") ? "group" : "apiGroup");
        var hasNamespace = attributes.IsResourceRequest && type is null or { IsNamespaced: true };
        var given = asked.Has("namespace") && asked["namespace"].Length > 0 ? asked["namespace"] : null;
        var entries = Analysis.WhoCan.Find(policy, attributes with { Namespace = "" }, n => hasNamespace && (given is null || n == given));
        return WhoCanJson.Of(entries.Select(e => (e, (string?)null)));
    }

    public static JsonObject Explain(ApiRequest request, PolicySet policy)
    {
        var asked = new QuestionParameters(request, [.. _action, "user"], ["group"]);
        var user = UserInfo.Impersonated(asked.Required("user"), asked.All("group"));
        var (attributes, _) = asked.Action(MapperOf(policy), user, "apiGroup");
        return ExplanationJson.Of(Explanation.Of(policy, attributes));
    }

    public static JsonObject Matrix(ApiRequest request, PolicySet policy)
    {
        var asked = new QuestionParameters(request, ["includeDefaults"], ["subject", "resource", "verb", "namespace"]);
        var includeDefaults = asked.IsTrue("includeDefaults");
        var noGroups = ImmutableDictionary<string, ImmutableArray<string>>.Empty;
        var named = asked.All("subject");
        ImmutableArray<MatrixSubject> subjects = named.IsEmpty
            ? MatrixSelection.SubjectsOf(policy, noGroups, includeDefaults)
            : [.. MatrixSelection.Rows(named.Select(SubjectOf), noGroups)];
        if (subjects.Length > MostRows)
        {
            throw new WhatIfException($"parameter subject: there are {subjects.Length} subjects, and {MostRows} can be shown: name some");
        }

        var resources = MatrixColumns.Of(policy, MapperOf(policy), asked.Split("resource"), asked.Split("verb"), includeDefaults, asked.Warn);
        string?[] namespaces = asked.All("namespace") is { IsEmpty: false } given ? [.. given.Distinct(StringComparer.Ordinal)] : [null];
        return MatrixJson.Of(Array.ConvertAll(namespaces, n => ResourceMatrix.Compute(policy, subjects, resources, n)));
    }

    private static Subject SubjectOf(string text) =>
        SubjectArgument.TryParse(text, out var subject) ? subject : throw new WhatIfException($"parameter subject: {SubjectArgument.ProblemOf(text)}");

    private static RestMapper MapperOf(PolicySet policy) => new(DiscoveryReader.Kubernetes136.WithCustomResources(policy.CustomResourceDefinitions));
}
