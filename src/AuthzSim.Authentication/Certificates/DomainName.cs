namespace AuthzSim.Authentication.Certificates;

/// <summary>Domain names as loosely as the server reads them (upstream: <c>crypto/x509.domainNameValid</c>).</summary>
internal static class DomainName
{
    /// <summary>
    /// True for non-empty labels of visible ASCII without a closing dot; empty is valid; a constraint may open with a dot.
    /// </summary>
    public static bool IsValid(string name, bool isConstraint)
    {
        if (name.Length == 0)
        {
            return true;
        }

        var labels = isConstraint && name[0] == '.' ? name.AsSpan(1) : name;
        var length = 0;
        foreach (var c in labels)
        {
            if (c is < '!' or > '~' || (c == '.' && length == 0))
            {
                return false;
            }

            length = c == '.' ? 0 : length + 1;
        }

        return length > 0;
    }
}
