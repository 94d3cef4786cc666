namespace AuthzSim.Compiled;

/// <summary>What a rule says, in ids of a <see cref="Vocabulary"/>.</summary>
internal readonly ref struct RuleIds
{
    public RuleIds(
        ReadOnlySpan<int> verbs, ReadOnlySpan<int> apiGroups, ReadOnlySpan<int> resources, string[] names, string[] urls, Vocabulary vocabulary)
    {
        Verbs = verbs;
        ApiGroups = apiGroups;
        Resources = resources;
        (Names, Urls) = (names, urls);
        var canPair = true;
        foreach (var verb in verbs)
        {
            VerbMask |= verb == Vocabulary.All ? ulong.MaxValue : verb < Vocabulary.VerbBits ? Vocabulary.BitOf(verb) : 0;
            canPair &= verb < Vocabulary.VerbBits;
        }

        foreach (var group in apiGroups)
        {
            Wildcards |= group == Vocabulary.All ? RuleWildcards.ApiGroup : RuleWildcards.None;
            canPair &= RoleGrants.CanPair(group, 0);
        }

        foreach (var resource in resources)
        {
            Wildcards |= resource == Vocabulary.All ? RuleWildcards.Resource
                : vocabulary.Resources.SlotOf(resource).Payload.IsSubresourceOfAll ? RuleWildcards.Subresource
                : RuleWildcards.None;
            canPair &= RoleGrants.CanPair(0, resource);
        }

        IsProduct = canPair && names.Length == 0;
    }

    public ReadOnlySpan<int> Verbs { get; }

    public ReadOnlySpan<int> ApiGroups { get; }

    public ReadOnlySpan<int> Resources { get; }

    public string[] Names { get; }

    public string[] Urls { get; }

    public RuleWildcards Wildcards { get; }

    public ulong VerbMask { get; }

    /// <summary>True when the rule says no more than: these verbs on the product of these groups and resources.</summary>
    public bool IsProduct { get; }
}

/// <summary>Which sides of a rule are open.</summary>
[Flags]
internal enum RuleWildcards : byte
{
    None = 0,
    ApiGroup = 1,
    Resource = 2,
    Subresource = 4,
}
