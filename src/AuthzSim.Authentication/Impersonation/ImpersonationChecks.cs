using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;
using AuthzSim.Writes;

namespace AuthzSim.Authentication.Impersonation;

/// <summary>
/// The questions one mode puts to the authorizer, as the requestor; the first that is not allowed ends it
/// (upstream: <c>impersonationModeState</c> of <c>pkg/endpoints/filters/impersonation/mode.go</c>).
/// </summary>
internal sealed class ImpersonationChecks(IAuthorizer authorizer, string mode)
{
    private const string Group = "authentication.k8s.io";
    private const string Version = "v1";
    private const int ManyChecks = 4;
    private const string SystemMasters = "system:masters";

    /// <summary>The verb of the checks, which a constrained impersonation is named by; <c>""</c> for a legacy one.</summary>
    public string Constraint => IsConstrained ? Verb : "";

    private bool IsConstrained => mode.Length > 0;

    private string Verb => IsConstrained ? $"impersonate:{mode}" : "impersonate";

    private string CoreGroup => IsConstrained ? Group : "";

    private bool IsAssociatedNode => mode == ImpersonationHandler.AssociatedNodeMode;

    /// <summary>The refusal, or null when the requestor may be the user wanted in this request.</summary>
    public ApiStatus? Refusal(in RequestAttributes request, UserInfo wanted)
    {
        var requestor = IsAssociatedNode ? WithKeysOnly(request.User) : request.User;
        if (IsConstrained && Ask(request with { User = requestor, Verb = $"impersonate-on:{mode}:{request.Verb}" }) is { } onRequest)
        {
            return onRequest;
        }

        return Ask(NameAttributes(requestor, wanted.Name))
            ?? (wanted.Uid.Length == 0 ? null : Ask(Attributes(requestor, Group, "uids", wanted.Uid)))
            ?? Groups(Attributes(requestor, CoreGroup, "groups", ""), wanted.Groups)
            ?? Extra(Attributes(requestor, Group, "userextras", ""), wanted.Extra);
    }

    private RequestAttributes NameAttributes(UserInfo requestor, string name)
    {
        if (ServiceAccountNames.TrySplitUserName(name, out var @namespace, out var account))
        {
            return Attributes(requestor, CoreGroup, "serviceaccounts", account) with { Namespace = @namespace };
        }

        return IsConstrained && WellKnownUsers.IsNode(name)
            ? Attributes(requestor, CoreGroup, "nodes", IsAssociatedNode ? "*" : name[WellKnownUsers.NodePrefix.Length..])
            : Attributes(requestor, CoreGroup, "users", name);
    }

    private ApiStatus? Groups(RequestAttributes attributes, ImmutableArray<string> groups)
    {
        if (IsConstrained && groups.Contains("", StringComparer.Ordinal))
        {
            return ApiStatuses.Forbidden(attributes, "impersonating the empty string group is not allowed");
        }

        if (IsConstrained && groups.Contains(SystemMasters, StringComparer.Ordinal))
        {
            return ApiStatuses.Forbidden(
                attributes with { Name = SystemMasters }, "impersonating the system:masters group is not allowed");
        }

        return IsConstrained && groups.Length >= ManyChecks && Ask(attributes with { Name = "*" }) is null
            ? null
            : groups.Select(g => Ask(attributes with { Name = g })).FirstOrDefault(r => r is not null);
    }

    private ApiStatus? Extra(RequestAttributes attributes, ImmutableSortedDictionary<string, ImmutableArray<string>> extra)
    {
        if (IsConstrained && extra.Select(e => ExtraError(e.Key, e.Value)).FirstOrDefault(e => e is not null) is { } error)
        {
            return ApiStatuses.Forbidden(attributes, error);
        }

        var isLarge = extra.Count >= ManyChecks || extra.Values.Sum(v => v.Length) >= ManyChecks;
        if (IsConstrained && isLarge && Ask(attributes with { Subresource = "*", Name = "*" }) is null)
        {
            return null;
        }

        return extra.SelectMany(e => e.Value.Select(v => Ask(attributes with { Subresource = e.Key, Name = v })))
            .FirstOrDefault(r => r is not null);
    }

    private static string? ExtraError(string key, ImmutableArray<string> values)
    {
        if (key.Length == 0)
        {
            return "impersonating the empty string key in extra is not allowed";
        }

        if (AggregateError.Join(DomainPrefixedPath.Validate("extra.key", key).Select(e => e.ToString())) is { } invalid)
        {
            return $"impersonating an invalid key in extra is not allowed: {invalid}";
        }

        if (key.Any(char.IsAsciiLetterUpper))
        {
            return $"impersonating a non-lowercase key in extra is not allowed: {GoText.Quote(key)}";
        }

        return values switch
        {
            [] => "impersonating empty values in extra is not allowed",
            _ when values.Contains("", StringComparer.Ordinal) => "impersonating the empty string value in extra is not allowed",
            _ => null,
        };
    }

    /// <summary>The requestor with the keys of its extra attributes alone, so that the answer holds on every node.</summary>
    private static UserInfo WithKeysOnly(UserInfo requestor) => requestor with
    {
        Extra = UserInfo.NoExtra.Add("authentication.kubernetes.io/associated-node-keys", [.. requestor.Extra.Keys]),
    };

    private RequestAttributes Attributes(UserInfo requestor, string group, string resource, string name) => new()
    {
        User = requestor,
        Verb = Verb,
        ApiGroup = group,
        ApiVersion = Version,
        Resource = resource,
        Name = name,
        IsResourceRequest = true,
    };

    private ApiStatus? Ask(RequestAttributes attributes)
    {
        var result = authorizer.Authorize(attributes);
        if (result.IsAllowed)
        {
            return null;
        }

        var reason = (result.EvaluationError, result.Reason) switch
        {
            (null, var text) => text,
            (var error, "") => error,
            var (error, text) => $"{error}: {text}",
        };
        return ApiStatuses.Forbidden(attributes, reason);
    }
}
