using AuthzSim.Authentication.Chain;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Authentication.Tests.Chain;

/// <summary>Laws of both unions over members that match, err or have no opinion.</summary>
public sealed class UnionLaws
{
    private static readonly Gen<string[]> _members =
        Gen.Elements("user a", "user b", "error x", "error y", "nothing").ArrayOf().Select(m => m.Take(5).ToArray());

    public static Arbitrary<string[]> Members() => _members.ToArbitrary();

    [Property(Arbitrary = [typeof(UnionLaws)])]
    public void The_first_match_wins_and_only_without_one_errors_count(string[] members)
    {
        var (request, token) = Run(members, failsFast: false);
        var first = members.FirstOrDefault(IsUser);
        Assert.Equal(first, request.User?.Name);
        Assert.Equal(first is null ? Joined(members.Where(IsError)) : null, request.Error);
        Assert.Equal((request.User, request.Error), (token.User, token.Error));
    }

    [Property(Arbitrary = [typeof(UnionLaws)])]
    public void Failing_fast_the_first_that_is_not_silent_decides(string[] members)
    {
        var (request, token) = Run(members, failsFast: true);
        var first = members.FirstOrDefault(m => m != "nothing");
        Assert.Equal(first is not null && IsUser(first) ? first : null, request.User?.Name);
        Assert.Equal(first is not null && IsError(first) ? first : null, request.Error);
        Assert.Equal((request.User, request.Error), (token.User, token.Error));
    }

    [Property(Arbitrary = [typeof(UnionLaws)])]
    public void A_union_of_unions_is_the_union_of_all(string[] a, string[] b)
    {
        var nested = new UnionAuthenticator("u", [new UnionAuthenticator("a", Make(a)), new UnionAuthenticator("b", Make(b))]);
        var flat = new UnionAuthenticator("u", Make([.. a, .. b]));
        var (one, other) = (Ask(nested), Ask(flat));
        Assert.Equal((other.User, other.Error), (one.User, one.Error));
    }

    [Property(Arbitrary = [typeof(UnionLaws)])]
    public void The_trace_names_exactly_the_members_asked(string[] members)
    {
        var trace = new AuthenticationTrace();
        Ask(new UnionAuthenticator("u", Make(members)), trace);
        Assert.Equal(
            members.TakeWhile(m => !IsUser(m)).Concat(members.Where(IsUser).Take(1)), trace.Steps.Select(s => s.Authenticator));
    }

    [Fact]
    public void The_generator_makes_matches_errors_and_silence()
    {
        var samples = _members.Sample(300, 10);
        Assert.Contains(samples, s => s.Any(IsUser) && s.TakeWhile(m => !IsUser(m)).Any(IsError));
        Assert.Contains(samples, s => !s.Any(IsUser) && s.Where(IsError).Distinct().Count() == 2);
        Assert.Contains(samples, s => s.Length > 0 && s.All(m => m == "nothing"));
        Assert.Contains(samples, s => s.Length == 0);
    }

    private static bool IsUser(string member) => member.StartsWith("user", StringComparison.Ordinal);

    private static bool IsError(string member) => member.StartsWith("error", StringComparison.Ordinal);

    private static string? Joined(IEnumerable<string> errors) => errors.Distinct().ToList() switch
    {
        [] => null,
        [var one] => one,
        var several => $"[{string.Join(", ", several)}]",
    };

    private static System.Collections.Immutable.ImmutableArray<IAuthenticator> Make(string[] members) =>
        [.. members.Select(Member)];

    private static Fixed Member(string text) =>
        IsUser(text) ? Fixed.User(text) : IsError(text) ? Fixed.Error(text) : Fixed.Nothing();

    private static (AuthenticationResult Request, AuthenticationResult Token) Run(string[] members, bool failsFast) => (
        Ask(new UnionAuthenticator("u", Make(members), failsFast)),
        new UnionTokenAuthenticator("u", [.. members.Select(Member)], failsFast)
            .AuthenticateTokenAsync("t", AuthenticationContext.Default).AsTask().GetAwaiter().GetResult());

    private static AuthenticationResult Ask(UnionAuthenticator union, AuthenticationTrace? trace = null) =>
        union.AuthenticateAsync(new AuthenticationRequest(), new AuthenticationContext { Trace = trace }).AsTask().GetAwaiter().GetResult();
}
