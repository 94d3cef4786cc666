using AuthzSim.Authorization;
using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Authentication.Impersonation;

/// <summary>
/// Impersonation as of servers without the ConstrainedImpersonation feature
/// (upstream: <c>WithImpersonation</c> of <c>pkg/endpoints/filters/impersonation/impersonation.go</c>).
/// </summary>
public sealed class LegacyImpersonationHandler : IImpersonationHandler
{
    private const string Verb = "impersonate";
    private const string Group = "authentication.k8s.io";
    private const string Version = "v1";

    private readonly IAuthorizer _authorizer;

    /// <summary>Makes a handler.</summary>
    /// <param name="authorizer">The whole chain, <see cref="SystemMastersAuthorizer"/> first.</param>
    public LegacyImpersonationHandler(IAuthorizer authorizer) => _authorizer = authorizer;

    /// <inheritdoc/>
    public ImpersonationResult Handle(in RequestAttributes request, RequestHeaders headers) =>
        ImpersonationResult.Of(this, request, headers, ImpersonationHeaders.Read(headers, isConstrained: false));

    /// <inheritdoc/>
    public ImpersonationResult Impersonate(in RequestAttributes request, UserInfo wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        foreach (var question in Questions(request.User, wanted))
        {
            // An error refuses here even beside an Allow, and the client is told the reason alone.
            var result = _authorizer.Authorize(question);
            if (!result.IsAllowed || result.EvaluationError is not null)
            {
                return new ImpersonationResult { Failure = ApiStatuses.Forbidden(question, result.Reason) };
            }
        }

        var groups = ImpersonatedGroups.WithAuthenticated(wanted.Name, ImpersonatedGroups.Of(wanted));
        return new ImpersonationResult { User = wanted with { Groups = groups }, Mode = ImpersonationMode.Legacy };
    }

    private static IEnumerable<RequestAttributes> Questions(UserInfo requestor, UserInfo wanted)
    {
        var core = new RequestAttributes { User = requestor, Verb = Verb, IsResourceRequest = true };
        var own = core with { ApiGroup = Group, ApiVersion = Version };
        yield return ServiceAccountNames.TrySplitUserName(wanted.Name, out var @namespace, out var account)
            ? core with { Resource = "serviceaccounts", Namespace = @namespace, Name = account }
            : core with { Resource = "users", Name = wanted.Name };
        foreach (var group in wanted.Groups)
        {
            yield return core with { Resource = "groups", Name = group };
        }

        foreach (var (key, values) in wanted.Extra)
        {
            foreach (var value in values)
            {
                yield return own with { Resource = "userextras", Subresource = key, Name = value };
            }
        }

        if (wanted.Uid.Length > 0)
        {
            yield return own with { Resource = "uids", Name = wanted.Uid };
        }
    }
}
