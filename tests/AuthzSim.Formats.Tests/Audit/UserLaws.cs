using System.Text;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Audit;

/// <summary>What is remembered of users is what reading each of them says, whatever it is written like.</summary>
public sealed class UserLaws
{
    [Property(MaxTest = 1500)]
    public Property Every_event_of_a_log_has_the_user_that_its_own_line_says() => Prop.ForAll(Arb.From(Logs()), users =>
    {
        var expected = users.SelectMany(u => AuditText.Read(SlowLine(u), skipInvalid: true)).ToList();
        string[] lines = [.. users.Select(Line)];
        var read = AuditText.Read(string.Join('\n', [.. lines, .. lines, .. lines]), skipInvalid: true);
        Assert.Equal([.. expected.Concat(expected).Concat(expected).Select(e => Show(e.User))], read.Select(e => Show(e.User)));
        return true;
    });

    [Property(MaxTest = 1000)]
    public Property What_is_wrong_with_a_user_is_told_alike() => Prop.ForAll(Arb.From(Gen.OneOf(Users(), Mutated())), user =>
    {
        Assert.Equal(ProblemsOf(SlowLine(user)), ProblemsOf(Line(user)));
        return true;
    });

    private static (long, string) ProblemsOf(string line)
    {
        var reader = AuditText.Reader(Encoding.UTF8.GetBytes(line), skipInvalid: true);
        _ = reader.Read().Count();
        return (reader.Skipped, string.Join('\n', reader.Problems.Select(p => $"{p.Location} {p.Code} {p.Message}")));
    }

    private static string Show(UserInfo user) =>
        $"{user.Name} {user.Uid} {string.Join(',', user.Groups)} {string.Join(';', user.Extra.Select(e => $"{e.Key}={string.Join(',', e.Value)}"))}";

    private static string Line(string user) =>
        $$"""{"n":125,"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1","stage":"ResponseComplete","verb":"get","user":{{user}},"requestURI":"/healthz"}""";

    /// <summary>The same with a fraction, which is nothing that the fast reader reads.</summary>
    private static string SlowLine(string user) => Line(user).Replace("{\"n\":125", "{\"n\":1.5", StringComparison.Ordinal);

    private static Gen<string[]> Logs() => Gen.Choose(1, 5).SelectMany(n => Gen.ArrayOf(Gen.Frequency((3, Users()), (2, Mutated())), n));

    private static Gen<string> Users() =>
        from blank in Gen.Elements("", "", " ", "\t ")
        from name in Texts()
        from fields in Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(Fields(), n))
        select $"{blank}{{{string.Join("," + blank, [$"\"username\":{name}", .. fields])}}}";

    private static Gen<string> Fields() => Gen.OneOf(
        Texts().Select(t => $"\"uid\":{t}"),
        Texts().Select(t => $"\"username\":{t}"),
        Texts().Select(t => $"\"groups\":[\"a\",{t}]"),
        Texts().Select(t => $"\"extra\":{{{t}:[{t}]}}"),
        Gen.Elements("\"uid\":1", "\"groups\":[2]", "\"extra\":{\"k\":{}}"),
        Gen.Elements("\"extra\":{}", "\"groups\":null", "\"x\":{\"y\":{}}", "\"x\":[1,-2,true,{}]", "\"x\":1e5", "\"extra\":null"));

    private static Gen<string> Texts() => Gen.Elements("\"\"", "\"u\"", "\"}\"", "\"{}}\"", "\"\\u0061\\n\\\"}\"", "\"\\ud83d\"", "\"\\ud83d\\ude00\"", "\"é😀\"");

    private static Gen<string> Mutated() =>
        from user in Users()
        from at in Gen.Choose(0, user.Length)
        from removed in Gen.Choose(0, 2)
        from put in Gen.Elements("", "}", "{", "\"", ",", ":", "]", "\\", "0", "null")
        let end = Math.Min(at + removed, user.Length)
        select user[..at] + put + user[end..];
}
