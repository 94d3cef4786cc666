using AuthzSim.Analysis;
using AuthzSim.Requests;

namespace AuthzSim.PolicyTests;

/// <summary>Names one action of a set: in the widest scope, of the values that rules mention where they mention any.</summary>
internal static class ActionFinder
{
    /// <summary>A request for something in the set, which must not be empty.</summary>
    public static RequestAttributes Find(AccessSet set, UserInfo user)
    {
        if (set.Resources.IsEmpty)
        {
            var (path, verbs) = PathOf(set.Urls);
            return RequestAttributes.ForPath(user, Value(verbs, "get").Value, path);
        }

        var @namespace = Widest(set.Resources, "any");
        var group = Value(@namespace.Node, "");
        var subresource = Widest(group.Node, "status");
        var resource = Value(subresource.Node, "pods");
        var name = Widest(resource.Node, "any");
        var verb = Value(name.Node, "get");
        return RequestAttributes.ForResource(
            user, verb.Value, resource.Value, group.Value, @namespace.Value, subresource.Value, name.Value);
    }

    /// <summary>No value when that is in the set, else one that rules mention, else any.</summary>
    private static (string Value, AccessNode Node) Widest(AccessNode node, string any) =>
        node.At("") is { IsEmpty: false } none ? ("", none) : Value(node, any);

    private static (string Value, AccessNode Node) Value(AccessNode node, string any)
    {
        if (node is ValueNode values)
        {
            for (var i = 0; i < values.Keys.Length; i++)
            {
                if (!values.Children[i].IsEmpty)
                {
                    return (values.Keys[i], values.Children[i]);
                }
            }
        }

        while (node.At(any).IsEmpty)
        {
            any += any.Length == 0 ? "any" : "-other";
        }

        return (any, node.At(any));
    }

    private static (string Path, AccessNode Node) PathOf(AccessNode node)
    {
        if (node is not PathNode paths)
        {
            return ("/", node);
        }

        var candidates = paths.Keys.SelectMany(k => k.IsPrefix ? new[] { k.Text, Beyond(paths, k.Text) } : [k.Text])
            .Append("/").Append(Beyond(paths, "/")).Append(Beyond(paths, ""));
        var path = candidates.First(c => !paths.At(c).IsEmpty);
        return (path, paths.At(path));
    }

    /// <summary>A path that begins with a prefix and not with any longer one that is mentioned.</summary>
    private static string Beyond(PathNode paths, string prefix)
    {
        var taken = paths.Keys.Where(k => k.Text.Length > prefix.Length && k.Text.StartsWith(prefix, StringComparison.Ordinal))
            .Select(k => k.Text[prefix.Length]).ToHashSet();
        var next = 'a';
        while (taken.Contains(next))
        {
            next++;
        }

        return prefix + next;
    }
}
