using AuthzSim.Analysis;
using AuthzSim.Formats;
using AuthzSim.Formats.Answers;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Output;

/// <summary>Explanations for people.</summary>
internal static class ExplanationText
{
    private const int MissesShown = 8;

    /// <summary>Writes the answer, then paths, or misses and the missing rule.</summary>
    /// <param name="explanation">The explanation.</param>
    /// <param name="isClusterScoped">True when no role of a namespace can grant real requests of this sort.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Explanation explanation, bool isClusterScoped, TextWriter output)
    {
        var reason = explanation.Result.Reason;
        output.Write((explanation.Result.IsAllowed ? "yes" : "no") + (reason.Length > 0 ? $" - {reason}" : "") + "\n");
        if (IsMaster(explanation.Request.User))
        {
            output.Write($"\nMembers of the group {RbacNames.SystemMasters} may do everything, whatever the policy says.\n");
        }

        WritePaths(explanation, output);
        if (explanation.Result.IsAllowed)
        {
            return;
        }

        WriteMisses(explanation, output);
        output.Write($"\nThe smallest rule that would allow it, {PlaceFor(explanation.Request, isClusterScoped)}:\n");
        ManifestWriter.WriteRuleYaml(explanation.SmallestRule, output, 0);
    }

    /// <summary>A path in three lines: the binding, the role, the rule.</summary>
    public static IEnumerable<string> PathLines(AllowingPath path, RequestAttributes? about)
    {
        var (source, rule) = path;
        yield return $"{RuleText.Of(source.Binding)} for {RuleText.Of(source.Subject, source.Binding.Metadata.Namespace)}{RuleText.At(source.Binding.Location)}";
        yield return $"-> {RuleText.Of(source.Role)}{RuleText.At(source.Role.Location)}";
        yield return $"-> {(about is { } request ? RuleText.Of(rule, request) : RuleText.Of(rule))}{RuleText.At(rule.Location)}";
    }

    /// <summary>The near misses, nearest first, one a line.</summary>
    public static IEnumerable<string> MissLines(Explanation explanation) => explanation.NearMisses.Select(miss =>
        $"{RuleText.Of(miss.Binding)}: {string.Join("; ", Words(miss, explanation.Request))}{RuleText.At(miss.Rule?.Location ?? miss.Binding.Location)}");

    private static string PlaceFor(RequestAttributes request, bool isClusterScoped) => isClusterScoped
        ? $"in a ClusterRole that a ClusterRoleBinding gives to {request.User.Name}"
        : $"in a Role or ClusterRole that a RoleBinding in namespace {request.Namespace} gives to {request.User.Name}";

    private static void WritePaths(Explanation explanation, TextWriter output)
    {
        var paths = explanation.Paths;
        if (paths.IsEmpty)
        {
            return;
        }

        output.Write(paths.Length == 1 ? "\nOne path allows it:\n" : $"\n{paths.Length} paths allow it; the server names the first:\n");
        for (var i = 0; i < paths.Length; i++)
        {
            output.Write($"{i + 1}. {string.Join("\n   ", PathLines(paths[i], explanation.Request))}\n");
        }
    }

    private static void WriteMisses(Explanation explanation, TextWriter output)
    {
        if (explanation.NearMisses.IsEmpty)
        {
            output.Write($"\nNo rule comes near it: neither one that {explanation.Request.User.Name} has, nor one of a group.\n");
            return;
        }

        output.Write("\nNearest misses:\n");
        foreach (var line in MissLines(explanation).Take(MissesShown))
        {
            output.Write($"- {line}\n");
        }

        if (explanation.NearMisses.Length > MissesShown)
        {
            output.Write($"- and {explanation.NearMisses.Length - MissesShown} more; -o json lists all\n");
        }
    }

    /// <summary>What a miss falls short in, one sentence each.</summary>
    private static IEnumerable<string> Words(NearMiss miss, RequestAttributes request)
    {
        var role = miss.Role is null ? "" : RuleText.Of(miss.Role);
        if (miss.Mismatches.HasFlag(Mismatches.MissingRole))
        {
            yield return $"its {miss.Binding.RoleRef.Kind} {miss.Binding.RoleRef.Name} does not exist";
        }

        if (miss.Rule is { } rule)
        {
            yield return $"{role} has {RuleText.Of(rule, request)}{Lacking(miss.Mismatches, request)}";
        }

        if (miss.Mismatches.HasFlag(Mismatches.Namespace))
        {
            yield return request.Namespace.Length == 0
                ? $"it counts in namespace {miss.Binding.Metadata.Namespace} only, and the question is cluster-wide"
                : $"it counts in namespace {miss.Binding.Metadata.Namespace}, not in {request.Namespace}";
        }

        if (miss.Mismatches.HasFlag(Mismatches.Subject))
        {
            yield return $"it is for {RuleText.Of(miss.Subject, miss.Binding.Metadata.Namespace)}, which {request.User.Name} is not in";
        }
    }

    private static string Lacking(Mismatches mismatches, RequestAttributes request)
    {
        List<string> lacking = [];
        AddIf(Mismatches.Verb, $"the verb {request.Verb}");
        AddIf(Mismatches.ApiGroup, request.ApiGroup.Length == 0 ? "the core API group" : $"the API group {request.ApiGroup}");
        AddIf(Mismatches.Subresource, request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}");
        AddIf(Mismatches.ResourceName, request.Name.Length == 0 ? "requests without a name" : $"the name {request.Name}");
        AddIf(Mismatches.Path, $"the path {request.Path}");
        return lacking.Count == 0 ? "" : ", but not " + string.Join(", and not ", lacking);

        void AddIf(Mismatches mismatch, string what)
        {
            if (mismatches.HasFlag(mismatch))
            {
                lacking.Add(what);
            }
        }
    }

    private static bool IsMaster(UserInfo user) => user.Groups.Contains(RbacNames.SystemMasters);
}
