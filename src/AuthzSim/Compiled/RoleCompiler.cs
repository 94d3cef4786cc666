namespace AuthzSim.Compiled;

/// <summary>Compiles roles from their records, one after the other: what one takes meanwhile, the next takes again.</summary>
internal sealed class RoleCompiler(Vocabulary vocabulary)
{
    private readonly List<ListedRule> _listed = [];
    private readonly List<ListedRule> _urls = [];
    private int[] _ids = new int[64];
    private uint[] _pairs = new uint[64];
    private ulong[] _verbs = new ulong[64];
    private int _count;
    private RuleWildcards _wildcards;

    /// <summary>Compiles a role whose record has names of the vocabulary.</summary>
    public CompiledRole Compile(RoleRecord record)
    {
        (_count, _wildcards) = (0, RuleWildcards.None);
        _listed.Clear();
        _urls.Clear();
        var reader = record.ReadRules(out var rules);
        for (; rules > 0; rules--)
        {
            Add(ref reader);
        }

        var grants = RoleGrants.Of(_pairs.AsSpan(0, _count), _verbs.AsSpan(0, _count));
        return new CompiledRole(record, grants, _wildcards, [.. _listed], [.. _urls]);
    }

    private void Add(ref RecordReader reader)
    {
        var verbs = ReadIds(ref reader, 0);
        var groups = ReadIds(ref reader, verbs);
        var resources = ReadIds(ref reader, groups);
        var rule = new RuleIds(
            _ids.AsSpan(0, verbs), _ids.AsSpan(verbs..groups), _ids.AsSpan(groups..resources), reader.Texts(), reader.Texts(), vocabulary);
        reader.Location();
        if (rule.IsProduct)
        {
            AddPairs(rule);
            _wildcards |= rule.Wildcards;
        }

        if (rule.Urls.Length > 0 || !rule.IsProduct)
        {
            var listed = new ListedRule(rule);
            Keep(_urls, listed, rule.Urls.Length > 0);
            Keep(_listed, listed, !rule.IsProduct);
        }

        static void Keep(List<ListedRule> rules, ListedRule rule, bool isOne)
        {
            if (isOne)
            {
                rules.Add(rule);
            }
        }
    }

    /// <summary>Reads ids to a place behind others.</summary>
    /// <returns>Where they end.</returns>
    private int ReadIds(ref RecordReader reader, int start)
    {
        var end = checked(start + reader.Number());
        if (end > _ids.Length)
        {
            Array.Resize(ref _ids, Math.Max(end, _ids.Length * 2));
        }

        for (var i = start; i < end; i++)
        {
            _ids[i] = reader.Number();
        }

        return end;
    }

    private void AddPairs(in RuleIds rule)
    {
        if (rule.VerbMask == 0)
        {
            return;
        }

        var most = checked(_count + (rule.ApiGroups.Length * rule.Resources.Length));
        if (most > _pairs.Length)
        {
            var length = Math.Max(most, (int)Math.Min(2L * _pairs.Length, Array.MaxLength));
            Array.Resize(ref _pairs, length);
            Array.Resize(ref _verbs, length);
        }

        foreach (var group in rule.ApiGroups)
        {
            foreach (var resource in rule.Resources)
            {
                (_pairs[_count], _verbs[_count]) = (RoleGrants.PairOf(group, resource), rule.VerbMask);
                _count++;
            }
        }
    }
}
