using System.Collections.Immutable;
using System.Globalization;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>
/// Users as an authenticator would hand them over: service accounts and nodes with their groups, people in the same few
/// groups of the policy every time they are drawn.
/// </summary>
internal sealed class SampledUsers
{
    private const int MostGroups = 2;
    private const int Strangers = 1_000;
    private const int Members = 50;
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    private readonly ulong _seed;
    private readonly ImmutableArray<string> _groups;
    private readonly ImmutableArray<string> _names;
    private readonly ImmutableArray<string> _namespaces;

    public SampledUsers(PolicySet policy, ulong seed)
    {
        _seed = seed;
        var identities = policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings)
            .SelectMany(b => b.Subjects.Where(s => CanBeDrawn(s, b)).Select(s => SubjectIdentity.Of(s, b)))
            .Distinct()
            .ToList();
        _groups = [.. identities.Where(i => i.IsGroup && !i.Name!.StartsWith("system:", StringComparison.Ordinal)).Select(i => i.Name!)];
        _names = [.. identities.Where(i => !i.IsGroup).Select(i => i.Name!)];
        _namespaces = policy.NamespaceNames() is { IsEmpty: false } names ? names : ["default"];
    }

    /// <summary>False for subjects that mean nobody, and for <c>system:masters</c>, whose members RBAC never sees.</summary>
    public static bool CanBeDrawn(Subject subject, RbacBinding binding) => SubjectIdentity.Of(subject, binding) switch
    {
        { Name: null or "" } => false,
        { IsGroup: true, Name: RbacNames.SystemMasters } => false,
        _ => true,
    };

    /// <summary>Someone the subject means.</summary>
    public UserInfo Of(Subject subject, RbacBinding binding, SplitMix64 random) =>
        SubjectIdentity.Of(subject, binding) is { IsGroup: false, Name: { } name } ? Person(name) : MemberOf(subject.Name, random);

    /// <summary>Someone the policy names.</summary>
    public UserInfo Known(SplitMix64 random) => _names.IsEmpty ? Stranger(random) : Person(random.Pick(_names.AsSpan()));

    /// <summary>Someone the policy does not name, in no group it names.</summary>
    public static UserInfo Stranger(SplitMix64 random) => UserInfo.Impersonated("stranger-" + Number(random.Below(Strangers)));

    private UserInfo MemberOf(string group, SplitMix64 random)
    {
        switch (group)
        {
            case WellKnownUsers.Authenticated:
                return Known(random);
            case WellKnownUsers.Unauthenticated:
                return UserInfo.Impersonated(WellKnownUsers.Anonymous);
            case WellKnownUsers.Nodes:
                return UserInfo.Impersonated("system:node:node-" + Number(random.Below(Members)));
            case WellKnownUsers.ServiceAccounts:
                return UserInfo.Impersonated(ServiceAccountNames.MakeUserName(random.Pick(_namespaces.AsSpan()), "default"));
            default:
                var account = ServiceAccountNames.MakeUserName(group[Math.Min(group.Length, WellKnownUsers.ServiceAccounts.Length + 1)..], "default");
                return group.StartsWith(WellKnownUsers.ServiceAccounts + ":", StringComparison.Ordinal)
                    && ServiceAccountNames.TrySplitUserName(account, out _, out _)
                    ? UserInfo.Impersonated(account)
                    : UserInfo.Impersonated("member-" + Number(random.Below(Members)) + "-of-" + group, [group]);
        }
    }

    private UserInfo Person(string name)
    {
        if (name == WellKnownUsers.Anonymous || ServiceAccountNames.TrySplitUserName(name, out _, out _) || WellKnownUsers.IsNode(name))
        {
            return UserInfo.Impersonated(name);
        }

        var own = new SplitMix64(HashOf(name));
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = own.Below(MostGroups + 1); i > 0 && !_groups.IsEmpty; i--)
        {
            groups.Add(own.Pick(_groups.AsSpan()));
        }

        return UserInfo.Impersonated(name, [.. groups]);
    }

    /// <summary>FNV-1a: string hashes of the runtime differ from run to run.</summary>
    private ulong HashOf(string name) => name.Aggregate(FnvOffset ^ _seed, (hash, c) => unchecked((hash ^ c) * FnvPrime));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
