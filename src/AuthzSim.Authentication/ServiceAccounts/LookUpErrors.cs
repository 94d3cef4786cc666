using AuthzSim.Text;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>What the server's client says of a service account that it cannot get.</summary>
internal static class LookUpErrors
{
    public static string ServiceAccountNotFound(string @namespace, string name)
    {
        if (NameErrors.OfPathSegment(@namespace) is { IsEmpty: false } namespaceErrors)
        {
            return $"invalid namespace {GoText.Quote(@namespace)}: {GoText.List(namespaceErrors.AsSpan())}";
        }

        if (name.Length == 0)
        {
            return "resource name may not be empty";
        }

        if (NameErrors.OfPathSegment(name) is { IsEmpty: false } nameErrors)
        {
            return $"invalid resource name {GoText.Quote(name)}: {GoText.List(nameErrors.AsSpan())}";
        }

        return @namespace.Length == 0
            ? "an empty namespace may not be set when a resource name is provided"
            : $"serviceaccounts {GoText.Quote(name)} not found";
    }
}
