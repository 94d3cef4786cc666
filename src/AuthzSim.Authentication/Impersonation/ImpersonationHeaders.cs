using System.Collections.Immutable;
using AuthzSim.Requests;
using AuthzSim.Text;
using AuthzSim.Writes;

namespace AuthzSim.Authentication.Impersonation;

/// <summary>
/// Whom a request wants to be, by its headers (upstream: <c>processImpersonationHeaders</c> and <c>buildImpersonationRequests</c>
/// of <c>k8s.io/apiserver/pkg/endpoints/filters/impersonation</c>).
/// </summary>
public sealed record ImpersonationHeaders
{
    private const string UserHeader = "Impersonate-User";
    private const string UidHeader = "Impersonate-Uid";
    private const string GroupHeader = "Impersonate-Group";
    private const string ExtraPrefix = "Impersonate-Extra-";

    private static readonly ImpersonationHeaders _none = new();

    /// <summary>The user wanted, exactly as the headers say; null when the request impersonates nobody, or wrongly.</summary>
    public UserInfo? Wanted { get; private init; }

    /// <summary>400 for groups, uid or extra attributes without a user; else null.</summary>
    public ApiStatus? Failure { get; private init; }

    /// <summary>Reads the headers.</summary>
    /// <param name="headers">All headers of the request.</param>
    /// <param name="isConstrained">False for the words of servers without constrained impersonation.</param>
    public static ImpersonationHeaders Read(RequestHeaders headers, bool isConstrained = true)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (!headers.Fields.Any(static f => Includes(f.Key)))
        {
            return _none;
        }

        var extra = UserInfo.NoExtra.ToBuilder();
        foreach (var (header, value) in headers.Fields)
        {
            if (header.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            {
                var key = PercentEncoding.DecodeOrKeep(header[ExtraPrefix.Length..].ToLowerInvariant());
                extra[key] = extra.GetValueOrDefault(key, []).Add(value);
            }
        }

        var wanted = new UserInfo
        {
            Name = headers.First(UserHeader) ?? "",
            Uid = headers.First(UidHeader) ?? "",
            Groups = [.. headers.All(GroupHeader)],
            Extra = extra.ToImmutable(),
        };
        if (wanted.Name.Length > 0)
        {
            return new ImpersonationHeaders { Wanted = wanted };
        }

        return wanted.Uid.Length == 0 && wanted.Groups.IsEmpty && wanted.Extra.IsEmpty
            ? _none
            : new ImpersonationHeaders { Failure = ApiStatuses.BadRequest(isConstrained ? Describe(wanted) : DescribeReferences(wanted)) };
    }

    /// <summary>True for a header that is about impersonation, which later handlers do not see.</summary>
    /// <param name="header">A header's name.</param>
    public static bool Includes(string header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return header.Equals(UserHeader, StringComparison.OrdinalIgnoreCase)
            || header.Equals(UidHeader, StringComparison.OrdinalIgnoreCase)
            || header.Equals(GroupHeader, StringComparison.OrdinalIgnoreCase)
            || header.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Go's <c>%#v</c> of a <c>*user.DefaultInfo</c>.</summary>
    private static string Describe(UserInfo user)
    {
        var extra = user.Extra.Select(e => $"{GoText.Quote(e.Key)}:{Literal(e.Value)}");
        return $"requested &user.DefaultInfo{{Name:\"\", UID:{GoText.Quote(user.Uid)}, Groups:{Literal(user.Groups)}, "
            + $"Extra:map[string][]string{(user.Extra.IsEmpty ? "(nil)" : $"{{{string.Join(", ", extra)}}}")}}} without impersonating a user name";
    }

    private static string Literal(ImmutableArray<string> items) =>
        items.IsEmpty ? "[]string(nil)" : $"[]string{{{string.Join(", ", items.Select(GoText.Quote))}}}";

    /// <summary>
    /// Go's <c>%v</c> of a list of <c>v1.ObjectReference</c>: kind, namespace, name, uid, version, resource version, field.
    /// </summary>
    private static string DescribeReferences(UserInfo user)
    {
        var references = user.Groups.Select(g => $"{{Group  {g}    }}")
            .Concat(user.Extra.SelectMany(e => e.Value.Select(v => $"{{UserExtra  {v}  authentication.k8s.io/v1  {e.Key}}}")))
            .Concat(user.Uid.Length == 0 ? [] : [$"{{UID  {user.Uid}  authentication.k8s.io/v1  }}"]);
        return $"requested [{string.Join(' ', references)}] without impersonating a user";
    }
}
