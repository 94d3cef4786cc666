namespace AuthzSim.Compiled;

/// <summary>A rule in ids, matched list by list.</summary>
internal sealed class ListedRule(RuleIds rule)
{
    private readonly int[] _verbs = rule.Verbs.ToArray();
    private readonly int[] _apiGroups = rule.ApiGroups.ToArray();
    private readonly string[] _names = rule.Names;
    private readonly string[] _urls = rule.Urls;
    private readonly ulong _verbMask = rule.VerbMask;

    public int[] Resources { get; } = rule.Resources.ToArray();

    public bool MatchesVerb(int verbId, ulong verbBit) =>
        (_verbMask & verbBit) != 0 || (verbId >= Vocabulary.VerbBits && _verbs.AsSpan().Contains(verbId));

    public bool Matches(in ActionIds action) =>
        MatchesVerb(action.VerbId, action.VerbBit)
        && HasOrAll(_apiGroups, action.ApiGroup)
        && (HasOrAll(Resources, action.Resource) || (action.SubresourceOfAll >= 0 && Resources.AsSpan().Contains(action.SubresourceOfAll)))
        && (_names.Length == 0 || HasName(action.Name));

    private bool HasName(ReadOnlySpan<char> name)
    {
        foreach (var known in _names)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }

    public bool MatchesUrl(string path)
    {
        foreach (var url in _urls)
        {
            if (url == path || (url.EndsWith('*') && path.AsSpan().StartsWith(url.AsSpan().TrimEnd('*'), StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasOrAll(int[] ids, int id) =>
        ids.AsSpan().Contains(Vocabulary.All) || (id >= 0 && ids.AsSpan().Contains(id));
}
