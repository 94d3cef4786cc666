using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Analysis;

/// <summary>Questions most of which the policy would answer with yes, but for one attribute that was changed.</summary>
/// <param name="Questions">The questions.</param>
public sealed record NearlyAllowed(Questions Questions)
{
    public static Gen<NearlyAllowed> Any { get; } =
        from questions in Questions.Any
        from slips in Gen.ArrayOf(Slip, Questions.RequestCount)
        select new NearlyAllowed(questions with { Requests = [.. questions.Requests.Zip(slips, (request, slip) => slip(request))] });

    public static Arbitrary<NearlyAllowed> Arbitrary() =>
        Arb.From(Any, near => Questions.Shrink(near.Questions).Select(q => new NearlyAllowed(q)));

    private static Gen<Func<RequestAttributes, RequestAttributes>> Slip => Gen.OneOf(
        Change(Alphabets.Verbs, (r, verb) => r with { Verb = verb }),
        Change(["apps", "é"], (r, apiGroup) => r with { ApiGroup = apiGroup }),
        Change(["", "log", "scale"], (r, subresource) => r with { Subresource = subresource }),
        Change(["b", "c"], (r, name) => r with { Name = name }),
        Change(["ns1", "ns2", ""], (r, @namespace) => r with { Namespace = @namespace }),
        Change(["/etcd", "/"], (r, end) => r with { Path = r.Path + end }),
        Change(["", "zoe"], (r, name) => r with { User = UserInfo.Of(name) }));

    /// <summary>What does not fit the request is no slip: a path has no API group.</summary>
    private static Gen<Func<RequestAttributes, RequestAttributes>> Change(string[] words, Func<RequestAttributes, string, RequestAttributes> change) =>
        Gen.Elements(words).Select(word => (Func<RequestAttributes, RequestAttributes>)(request =>
        {
            var changed = change(request, word);
            return request.IsResourceRequest
                ? changed with { Path = request.Path }
                : RequestAttributes.ForPath(changed.User, changed.Verb, changed.Path);
        }));
}
