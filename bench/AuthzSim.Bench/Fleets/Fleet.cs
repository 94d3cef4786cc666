using AuthzSim.Compiled;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Bench.Fleets;

/// <summary>
/// A generated policy of one size with both evaluators and requests to put to them. Equal texts of different requests are one
/// string, as a server's parser would have it, and never the string that the policy holds.
/// </summary>
internal sealed class Fleet
{
    /// <summary>How many requests there are: more than caches hold, so that one round does not warm the next.</summary>
    public const int RequestCount = 1 << 17;

    private static Fleet? _current;

    private readonly Lazy<RbacAuthorizer> _reference;

    public Fleet(int bindings)
    {
        Generator = new FleetGenerator(new FleetOptions { Bindings = bindings });
        Policy = Generator.ToPolicySet();
        Names = PolicyNames.Of(Policy);
        Compiled = CompiledPolicy.Compile(Policy);
        _reference = new Lazy<RbacAuthorizer>(() => new RbacAuthorizer(Policy));
        var pool = new RequestPool();
        Requests = [.. Generator.Requests(RequestCount).Select(pool.Shared)];
    }

    public FleetGenerator Generator { get; }

    public PolicySet Policy { get; }

    public PolicyNames Names { get; }

    public CompiledPolicy Compiled { get; }

    public RbacAuthorizer Reference => _reference.Value;

    /// <summary>The generator's mix: about half allowed, some from strangers, a few for URLs.</summary>
    public RequestAttributes[] Requests { get; }

    /// <summary>The fleet of a size. Only the latest is kept, so that several million bindings need not fit in memory.</summary>
    public static Fleet Of(int bindings)
    {
        if (_current is null || _current.Policy.ClusterRoleBindings.Length + _current.Policy.RoleBindings.Length != bindings)
        {
            _current = null;
            _current = new Fleet(bindings);
        }

        return _current;
    }

    /// <summary>As many requests as <see cref="Requests"/> has, all of one sort, repeated where there are too few.</summary>
    public RequestAttributes[] RequestsThatAre(RequestSort sort)
    {
        var chosen = Requests.Where(r => SortOf(r) == sort).ToArray();
        return [.. Enumerable.Range(0, RequestCount).Select(i => chosen[i % chosen.Length])];
    }

    /// <summary>Resource requests with exactly two groups: six texts to look up with the user, verb, resource and namespace.</summary>
    public RequestAttributes[] RequestsOfTwoGroups()
    {
        var users = new Dictionary<UserInfo, UserInfo>(ReferenceEqualityComparer.Instance);
        var chosen = Requests.Where(r => r.IsResourceRequest && r.Namespace.Length > 0 && r.User.Groups.Length >= 2).ToArray();
        return [.. Enumerable.Range(0, RequestCount).Select(i => WithTwoGroups(chosen[i % chosen.Length]))];

        RequestAttributes WithTwoGroups(RequestAttributes request)
        {
            if (!users.TryGetValue(request.User, out var user))
            {
                user = request.User with { Groups = request.User.Groups[..2] };
                users.Add(request.User, user);
            }

            return request with { User = user };
        }
    }

    /// <summary>The mix, asked by users who are in that many of the policy's groups and not allowed by their own name.</summary>
    public RequestAttributes[] RequestsOfManyGroups(int groups)
    {
        var all = Names.Groups.Keys;
        var users = Enumerable.Range(0, 64)
            .Select(u => new UserInfo { Name = $"joiner{u}", Groups = [.. Enumerable.Range(0, groups).Select(g => all[((u * 7) + g) % all.Length])] })
            .ToArray();
        return [.. Requests.Select((r, i) => r with { User = users[i % users.Length] })];
    }

    private RequestSort SortOf(in RequestAttributes request) =>
        !Names.Users.ContainsKey(request.User.Name) ? RequestSort.UnknownUser
        : Compiled.Check(request).IsAllowed ? RequestSort.Allowed
        : RequestSort.Denied;
}

/// <summary>What becomes of a request.</summary>
public enum RequestSort
{
    /// <summary>A binding allows it.</summary>
    Allowed,

    /// <summary>The policy names the user, and no binding allows the request.</summary>
    Denied,

    /// <summary>The policy does not name the user; a group may still allow it.</summary>
    UnknownUser,
}
