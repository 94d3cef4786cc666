using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>What a token says of its holder (upstream: <c>apiserver/pkg/authentication/serviceaccount/util.go</c>).</summary>
internal sealed record ServiceAccountInfo(string Namespace, string Name, string Uid)
{
    private const string Prefix = "authentication.kubernetes.io/";

    public ObjectReference? Pod { get; init; }

    public ObjectReference? Node { get; init; }

    /// <summary>The token's <c>jti</c>; empty without.</summary>
    public string TokenId { get; init; } = "";

    public UserInfo ToUser() => new()
    {
        Name = ServiceAccountNames.MakeUserName(Namespace, Name),
        Uid = Uid,
        Groups = [WellKnownUsers.ServiceAccounts, WellKnownUsers.ServiceAccounts + ":" + Namespace],
        Extra = Extra(),
    };

    private ImmutableSortedDictionary<string, ImmutableArray<string>> Extra()
    {
        var extra = UserInfo.NoExtra.ToBuilder();
        if (Pod is { Name.Length: > 0, Uid.Length: > 0 })
        {
            extra[Prefix + "pod-name"] = [Pod.Name];
            extra[Prefix + "pod-uid"] = [Pod.Uid];
        }

        if (TokenId.Length > 0)
        {
            extra[Prefix + "credential-id"] = ["JTI=" + TokenId];
        }

        if (Node is { Name.Length: > 0 })
        {
            extra[Prefix + "node-name"] = [Node.Name];
            if (Node.Uid.Length > 0)
            {
                extra[Prefix + "node-uid"] = [Node.Uid];
            }
        }

        return extra.ToImmutable();
    }
}

/// <summary>Which object a claim means (upstream: <c>ref</c> in <c>pkg/serviceaccount/claims.go</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID.</param>
internal sealed record ObjectReference(string Name, string Uid);
