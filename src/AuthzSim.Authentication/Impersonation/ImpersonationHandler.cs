using AuthzSim.Authorization;
using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Authentication.Impersonation;

/// <summary>
/// Lets a requestor be somebody else if the authorizer agrees, in one of the modes of constrained impersonation or the legacy
/// one (upstream: <c>k8s.io/apiserver/pkg/endpoints/filters/impersonation</c>, on by default in v1.36). Remembers which mode
/// served a requestor last and tries it first, as upstream does: of several refusals the first is the answer. Upstream's
/// caches of allowed impersonations are left out, since an authorizer that stays the same answers the same. Safe to share
/// between threads.
/// </summary>
public sealed class ImpersonationHandler : IImpersonationHandler
{
    internal const string AssociatedNodeMode = "associated-node";
    private const string NodeNameKey = "authentication.kubernetes.io/node-name";
    private const int RememberedRequestors = 10_000;

    private readonly (ImpersonationMode Mode, ImpersonationChecks Checks)[] _modes;
    private readonly RecentlyUsed<ImpersonationMode> _lastModes = new(RememberedRequestors);

    /// <summary>Makes a handler.</summary>
    /// <param name="authorizer">The whole chain, <see cref="SystemMastersAuthorizer"/> first.</param>
    public ImpersonationHandler(IAuthorizer authorizer)
    {
        ArgumentNullException.ThrowIfNull(authorizer);
        _modes =
        [
            (ImpersonationMode.AssociatedNode, new ImpersonationChecks(authorizer, AssociatedNodeMode)),
            (ImpersonationMode.ArbitraryNode, new ImpersonationChecks(authorizer, "arbitrary-node")),
            (ImpersonationMode.ServiceAccount, new ImpersonationChecks(authorizer, "serviceaccount")),
            (ImpersonationMode.UserInfo, new ImpersonationChecks(authorizer, "user-info")),
            (ImpersonationMode.Legacy, new ImpersonationChecks(authorizer, "")),
        ];
    }

    /// <inheritdoc/>
    public ImpersonationResult Handle(in RequestAttributes request, RequestHeaders headers) =>
        ImpersonationResult.Of(this, request, headers, ImpersonationHeaders.Read(headers));

    /// <inheritdoc/>
    public ImpersonationResult Impersonate(in RequestAttributes request, UserInfo wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var requestor = request.User.Name;
        var isRemembered = _lastModes.TryGet(requestor, out var last);
        ApiStatus? firstRefusal = null;
        var order = isRemembered ? _modes.Where(m => m.Mode == last).Concat(_modes.Where(m => m.Mode != last)) : _modes;
        foreach (var (mode, checks) in order)
        {
            if (!Applies(mode, wanted, request.User))
            {
                continue;
            }

            var refusal = checks.Refusal(request, wanted);
            if (refusal is null)
            {
                _lastModes.Set(requestor, mode);
                return new ImpersonationResult { User = Result(mode, wanted), Mode = mode, Constraint = checks.Constraint };
            }

            firstRefusal ??= refusal;
        }

        return new ImpersonationResult { Failure = firstRefusal };
    }

    private static bool Applies(ImpersonationMode mode, UserInfo wanted, UserInfo requestor)
    {
        var isNode = WellKnownUsers.IsNode(wanted.Name);
        var isAccount = ServiceAccountNames.TrySplitUserName(wanted.Name, out _, out _);
        var isNameOnly = wanted.Uid.Length == 0 && wanted.Groups.IsEmpty && wanted.Extra.IsEmpty;
        return mode switch
        {
            ImpersonationMode.AssociatedNode => isNode && isNameOnly && RunsOn(requestor, wanted.Name),
            ImpersonationMode.ArbitraryNode => isNode && isNameOnly,
            ImpersonationMode.ServiceAccount => isAccount && isNameOnly,
            ImpersonationMode.UserInfo => !isNode && !isAccount,
            _ => true,
        };
    }

    private static bool RunsOn(UserInfo requestor, string nodeUser) =>
        ServiceAccountNames.TrySplitUserName(requestor.Name, out _, out _)
        && requestor.Extra.TryGetValue(NodeNameKey, out var names) && names is [var name]
        && nodeUser == WellKnownUsers.NodePrefix + name;

    /// <summary>The user as wanted, with the groups that come of themselves.</summary>
    private static UserInfo Result(ImpersonationMode mode, UserInfo wanted)
    {
        var groups = mode is ImpersonationMode.AssociatedNode or ImpersonationMode.ArbitraryNode
            ? [WellKnownUsers.Nodes]
            : ImpersonatedGroups.Of(wanted);
        return wanted with { Groups = ImpersonatedGroups.WithAuthenticated(wanted.Name, groups) };
    }
}
