using AuthzSim.AccessReviews;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.AccessReviews;

public sealed class AccessReviewHandlerTests
{
    private static readonly AccessReviewHandler _handler = new(new Echo());
    private static readonly UserInfo _sender = UserInfo.Of("sender", "s");

    /// <summary>Allows what a user named <c>yes</c> asks, denies <c>no</c> outright, and says with an error what it was asked.</summary>
    private sealed class Echo : IAuthorizer
    {
        public AuthorizationResult Authorize(in RequestAttributes attributes) => new(
            attributes.User.Name switch { "yes" => Decision.Allow, "no" => Decision.Deny, _ => Decision.NoOpinion },
            $"{attributes.User.Name} {attributes.Verb} {attributes.ApiVersion} {attributes.Namespace}",
            attributes.User.Groups.Contains("broken") ? "failed" : null);
    }

    [Theory]
    [InlineData("yes", true, false)]
    [InlineData("no", false, true)]
    [InlineData("other", false, false)]
    public void The_status_has_the_decision_and_the_chains_reason(string user, bool allowed, bool denied) => Assert.Equal(
        new AccessReviewStatus(allowed, denied, $"{user} get * ns", ""),
        _handler.Handle(Review(UserInfo.Of(user), new ResourceAttributes { Verb = "get", Namespace = "ns" }), _sender, "").Status);

    [Fact]
    public void A_self_review_is_about_the_sender()
    {
        var review = new AccessReview { Kind = AccessReviewKind.SelfSubjectAccessReview, Spec = new() { NonResourceAttributes = new("/", "get") } };
        Assert.Equal("sender get  ", _handler.Handle(review, _sender, "").Status.Reason);
    }

    [Fact]
    public void Errors_of_the_authorizer_and_of_both_selectors_are_joined()
    {
        var attributes = new ResourceAttributes
        {
            FieldSelector = Requirements(("k", "In", ["a"]), ("k", "Exists", [])),
            LabelSelector = new SelectorAttributes { RawSelector = "((" },
        };
        Assert.Equal(
            "failed; spec.resourceAttributes.fieldSelector partially ignored due to parse error; "
            + "spec.resourceAttributes.labelSelector ignored due to parse error",
            _handler.Handle(Review(UserInfo.Of("u", "broken"), attributes), _sender, "").Status.EvaluationError);
    }

    [Theory]
    [InlineData("k", "In", "a", false)]
    [InlineData("k", "NotIn", "a", false)]
    [InlineData("k", "In", "a,b", true)]
    [InlineData("k", "Exists", "", true)]
    [InlineData("k", "Nope", "", true)]
    public void A_field_is_compared_with_one_value(string key, string op, string values, bool isIgnored) => Assert.Equal(
        isIgnored ? "spec.resourceAttributes.fieldSelector ignored due to parse error" : "",
        ErrorOf(new ResourceAttributes { FieldSelector = Requirements((key, op, Split(values))) }));

    [Theory]
    [InlineData("In", "a,b", false)]
    [InlineData("NotIn", "a", false)]
    [InlineData("Exists", "", false)]
    [InlineData("DoesNotExist", "", false)]
    [InlineData("Gt", "1", true)]
    public void Labels_know_four_operators(string op, string values, bool isIgnored) => Assert.Equal(
        isIgnored ? "spec.resourceAttributes.labelSelector ignored due to parse error" : "",
        ErrorOf(new ResourceAttributes { LabelSelector = Requirements(("k", op, Split(values))) }));

    [Fact]
    public void Everything_wrong_with_selectors_is_listed_in_order()
    {
        var attributes = new ResourceAttributes
        {
            FieldSelector = Requirements(("", "In", []), ("k", "DoesNotExist", ["x"])),
            LabelSelector = new SelectorAttributes
            {
                RawSelector = "x",
                Requirements = Requirements(("a b", "Exists", ["-"]), ("k", "NotIn", []), ("k", "Nope", ["v"])).Requirements,
            },
        };
        Assert.Equal(
            [
                "fieldSelector.requirements[0].key: Required value: must be specified",
                "fieldSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
                "fieldSelector.requirements[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                "labelSelector.rawSelector: Invalid value: \"x\": may not specified at the same time as requirements",
                "labelSelector.requirements[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                "labelSelector.requirements[0].key: Invalid value: \"a b\"",
                "labelSelector.requirements[0].values[0]: Invalid value: \"-\"",
                "labelSelector.requirements[1].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
            ],
            AccessReviewValidation.Validate(Review(UserInfo.Of("u"), attributes)).Select(e => Short(e.ToString())));
        Assert.Equal(
            ["labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required"],
            AccessReviewValidation.Validate(Review(UserInfo.Of("u"), new ResourceAttributes { LabelSelector = new() })).Select(e => Short(e.ToString())));
    }

    [Theory]
    [InlineData("", "ns", null)]
    [InlineData("ns", "ns", null)]
    [InlineData("ns", "other", "the namespace of the provided object does not match the namespace sent on the request")]
    [InlineData("", "", "namespace is required on this type: ")]
    public void A_local_review_is_of_the_namespace_of_the_URL(string given, string ofUrl, string? refusal)
    {
        var review = Review(UserInfo.Of("u"), new ResourceAttributes { Namespace = "ns" }) with
        {
            Kind = AccessReviewKind.LocalSubjectAccessReview,
            Metadata = new ObjectMeta { Namespace = given, Uid = "wiped" },
        };
        var result = _handler.Handle(review, _sender, ofUrl);
        Assert.Equal((refusal is null ? 201 : 400, refusal), (result.Code, result.Failure?.Message));
        Assert.Equal(refusal is null ? new ObjectMeta { Namespace = "ns" } : review.Metadata, result.Review.Metadata);
    }

    [Fact]
    public void Metadata_has_no_place_in_a_review()
    {
        var metadata = new ObjectMeta { Namespace = "n", Name = "x", Labels = ObjectMeta.NoEntries.Add("a", "b"), Finalizers = ["f"] };
        var review = Review(UserInfo.Of("u"), new ResourceAttributes()) with { Metadata = metadata };
        Assert.Equal(
            """.authorization.k8s.io "" is invalid: metadata: Invalid value: {"name":"x","labels":{"a":"b"},"finalizers":["f"]}: must be empty""",
            _handler.Handle(review, _sender, "").Failure?.Message);
    }

    private static string ErrorOf(ResourceAttributes attributes) => AccessReviewStatus.ErrorOf(new() { ResourceAttributes = attributes }, null);

    private static AccessReview Review(UserInfo user, ResourceAttributes attributes) =>
        new() { Spec = new() { User = user, ResourceAttributes = attributes } };

    private static SelectorAttributes Requirements(params (string Key, string Operator, string[] Values)[] items) =>
        new() { Requirements = [.. items.Select(i => new SelectorRequirement { Key = i.Key, Operator = i.Operator, Values = [.. i.Values] })] };

    private static string[] Split(string values) => values.Length == 0 ? [] : values.Split(',');

    private static string Short(string error)
    {
        var text = error.Replace("spec.resourceAttributes.fieldSelector.", "fieldSelector.", StringComparison.Ordinal);
        text = text.StartsWith("spec.resourceAttributes.", StringComparison.Ordinal) ? text["spec.resourceAttributes.".Length..] : text;
        var end = text.IndexOf("Invalid value: \"a b\"", StringComparison.Ordinal) is >= 0 and var a ? a + "Invalid value: \"a b\"".Length
            : text.IndexOf("Invalid value: \"-\"", StringComparison.Ordinal) is >= 0 and var b ? b + "Invalid value: \"-\"".Length
            : text.Length;
        return text[..end];
    }
}
