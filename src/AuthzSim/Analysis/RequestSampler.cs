using System.Collections.Immutable;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>
/// Draws requests that fit a policy, as a benchmark needs them: of 100 about 30 ask for what some binding grants to the
/// user, 45 ask for something near that, 15 come from users the policy does not know, and 10 are for URLs. The same policy, seed
/// and number give the same requests on every machine.
/// </summary>
public sealed class RequestSampler
{
    private readonly SplitMix64 _random;
    private readonly SampledUsers _users;
    private readonly SampledWords _words;
    private readonly ImmutableArray<Grant> _resourceGrants;
    private readonly ImmutableArray<Grant> _urlGrants;

    private RequestSampler(PolicySet policy, ulong seed)
    {
        _random = new SplitMix64(seed);
        _users = new SampledUsers(policy, seed);
        _words = new SampledWords(policy);
        var resolver = new RuleResolver(policy);
        var grants = policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings)
            .Where(b => b.Subjects.Any(s => SampledUsers.CanBeDrawn(s, b)))
            .Select(b => new Grant(b, resolver.RoleOf(b)))
            .Where(g => g.Role is not null)
            .ToList();
        _resourceGrants = [.. grants.Where(g => g.Role!.Rules.Any(IsResourceRule))];
        _urlGrants = [.. grants.Where(g => !g.Binding.IsNamespaced && g.Role!.Rules.Any(IsUrlRule))];
    }

    /// <summary>Draws requests.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Another seed, other requests.</param>
    public static ImmutableArray<RequestAttributes> Draw(PolicySet policy, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var sampler = new RequestSampler(policy, seed);
        var requests = ImmutableArray.CreateBuilder<RequestAttributes>(count);
        for (var i = 0; i < count; i++)
        {
            requests.Add(sampler.Next());
        }

        return requests.MoveToImmutable();
    }

    private static bool IsResourceRule(PolicyRule rule) => !rule.Verbs.IsEmpty && !rule.ApiGroups.IsEmpty && !rule.Resources.IsEmpty;

    private static bool IsUrlRule(PolicyRule rule) => !rule.Verbs.IsEmpty && !rule.NonResourceUrls.IsEmpty;

    private RequestAttributes Next() => _random.Below(100) switch
    {
        < 30 when !_resourceGrants.IsEmpty => Granted(),
        < 75 when !_resourceGrants.IsEmpty => NearMiss(),
        < 90 => (_resourceGrants.IsEmpty ? _words.Anything(_random) : Granted()) with { User = SampledUsers.Stranger(_random) },
        _ => Url(),
    };

    private RequestAttributes Granted()
    {
        var grant = _random.Pick(_resourceGrants.AsSpan());
        var rule = _random.Pick<PolicyRule>([.. grant.Role!.Rules.Where(IsResourceRule)]);
        return _words.Asking(rule, _random, UserOf(grant.Binding), grant.Binding.IsNamespaced ? grant.Binding.Metadata.Namespace : null);
    }

    /// <summary>A granted request with one or two parts exchanged, which as a rule is too much.</summary>
    private RequestAttributes NearMiss()
    {
        var request = Exchanged(Granted());
        return _random.Chance(50) ? Exchanged(request) : request;
    }

    private RequestAttributes Exchanged(RequestAttributes request) => _random.Below(4) switch
    {
        0 => request with { Verb = SampledWords.Verb(_random) },
        1 => SampledWords.OtherType(request, _random),
        2 when request.Namespace.Length > 0 => request with { Namespace = _words.Namespace(_random) },
        _ => request with { User = _users.Known(_random) },
    };

    private RequestAttributes Url()
    {
        if (_urlGrants.IsEmpty || _random.Chance(50))
        {
            return RequestAttributes.ForPath(_users.Known(_random), "get", SampledWords.Path(_random));
        }

        var grant = _random.Pick(_urlGrants.AsSpan());
        var rule = _random.Pick<PolicyRule>([.. grant.Role!.Rules.Where(IsUrlRule)]);
        var verb = _random.Pick(rule.Verbs.AsSpan());
        var url = _random.Pick(rule.NonResourceUrls.AsSpan());
        return RequestAttributes.ForPath(
            UserOf(grant.Binding),
            verb == RbacNames.All ? "get" : verb,
            url == RbacNames.All ? SampledWords.Path(_random) : url.EndsWith('*') ? url.TrimEnd('*') + "v1" : url);
    }

    private UserInfo UserOf(RbacBinding binding) =>
        _users.Of(_random.Pick<Subject>([.. binding.Subjects.Where(s => SampledUsers.CanBeDrawn(s, binding))]), binding, _random);

    private readonly record struct Grant(RbacBinding Binding, RbacRole? Role);
}
