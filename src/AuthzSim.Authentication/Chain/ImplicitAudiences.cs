using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Chain;

/// <summary>The rule both audience-agnostic wrappers follow.</summary>
internal static class ImplicitAudiences
{
    /// <summary>False when the context asks for audiences and none of them is implied: the delegate has no say then.</summary>
    public static bool TryIntersect(
        AuthenticationContext context, ImmutableArray<string> implied, out ImmutableArray<string> audiences)
    {
        audiences = [.. context.Audiences.Where(a => implied.Contains(a, StringComparer.Ordinal))];
        return context.Audiences.IsEmpty || !audiences.IsEmpty;
    }

    /// <summary>The delegate's answer with the audiences, which it does not know of.</summary>
    public static AuthenticationResult Attach(
        AuthenticationResult result, AuthenticationContext context, ImmutableArray<string> audiences)
    {
        if (context.Audiences.IsEmpty || !result.IsAuthenticated)
        {
            return result;
        }

        return result.Audiences.IsEmpty
            ? result with { Audiences = audiences }
            : AuthenticationResult.Failed(
                $"audience agnostic authenticator wrapped an authenticator that returned audiences: {GoText.QuoteList(result.Audiences.AsSpan())}");
    }
}
