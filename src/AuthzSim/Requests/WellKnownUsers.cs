using AuthzSim.Text;

namespace AuthzSim.Requests;

/// <summary>Names every cluster knows (upstream: <c>k8s.io/apiserver/pkg/authentication/user</c>).</summary>
public static class WellKnownUsers
{
    /// <summary>The user of a request without credentials.</summary>
    public const string Anonymous = "system:anonymous";

    /// <summary>The group of every authenticated user.</summary>
    public const string Authenticated = "system:authenticated";

    /// <summary>The group of requests without credentials.</summary>
    public const string Unauthenticated = "system:unauthenticated";

    /// <summary>The group of all service accounts; those of a namespace are <c>system:serviceaccounts:NAMESPACE</c>.</summary>
    public const string ServiceAccounts = "system:serviceaccounts";

    /// <summary>The group of nodes.</summary>
    public const string Nodes = "system:nodes";

    /// <summary>What the user names of nodes begin with.</summary>
    public const string NodePrefix = "system:node:";

    /// <summary>True for the user name of a node: <c>system:node:</c> and a DNS-1123 subdomain.</summary>
    /// <param name="userName">A user name.</param>
    public static bool IsNode(string userName)
    {
        ArgumentNullException.ThrowIfNull(userName);
        return userName.StartsWith(NodePrefix, StringComparison.Ordinal) && DnsNames.IsSubdomain(userName.AsSpan(NodePrefix.Length));
    }
}

/// <summary>User names of service accounts (upstream: <c>k8s.io/apiserver/pkg/authentication/serviceaccount/util.go</c>).</summary>
public static class ServiceAccountNames
{
    /// <summary>What user names of service accounts begin with.</summary>
    internal const string Prefix = "system:serviceaccount:";

    /// <summary>The user name of a service account; nothing is validated.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    public static string MakeUserName(string @namespace, string name) => Prefix + @namespace + ":" + name;

    /// <summary>How many characters come before a service account's name in its user name.</summary>
    internal static int PrefixLength(string @namespace) => Prefix.Length + @namespace.Length + 1;

    /// <summary>
    /// Splits a service account's user name. False unless it has exactly two parts after the prefix, the namespace a
    /// DNS-1123 label and the name a DNS-1123 subdomain.
    /// </summary>
    /// <param name="userName">A user name.</param>
    /// <param name="namespace">The account's namespace, <c>""</c> when false.</param>
    /// <param name="name">The account's name, <c>""</c> when false.</param>
    public static bool TrySplitUserName(string userName, out string @namespace, out string name)
    {
        ArgumentNullException.ThrowIfNull(userName);
        (@namespace, name) = ("", "");
        if (!userName.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = userName.AsSpan(Prefix.Length);
        var colon = rest.IndexOf(':');
        if (colon < 0 || !DnsNames.IsLabel(rest[..colon]) || !DnsNames.IsSubdomain(rest[(colon + 1)..]))
        {
            return false;
        }

        (@namespace, name) = (rest[..colon].ToString(), rest[(colon + 1)..].ToString());
        return true;
    }
}
