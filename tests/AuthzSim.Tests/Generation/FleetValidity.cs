using System.Text.RegularExpressions;
using AuthzSim.Rbac;

namespace AuthzSim.Tests.Generation;

/// <summary>What the API server asks of RBAC objects, written down apart from the engine's own validation.</summary>
internal static partial class FleetValidity
{
    public static void AssertValid(RbacObject o)
    {
        Assert.Empty(RbacValidation.Validate(o));
        Assert.Matches(PathSegment(), o.Metadata.Name);
        Assert.Equal(o.IsNamespaced, o.Metadata.Namespace.Length > 0);
        if (o.IsNamespaced)
        {
            Assert.Matches(Label(), o.Metadata.Namespace);
        }

        if (o is RbacBinding binding)
        {
            Assert.Equal(RbacNames.Group, binding.RoleRef.ApiGroup);
            Assert.NotEmpty(binding.Subjects);
            Assert.Distinct(binding.Subjects);
            Assert.All(binding.Subjects, AssertValid);
        }

        if (o is RbacRole role)
        {
            Assert.NotEmpty(role.Rules);
            Assert.All(role.Rules, rule => AssertValid(rule, o.IsNamespaced));
        }
    }

    private static void AssertValid(Subject subject)
    {
        var isAccount = subject.Kind == RbacNames.ServiceAccountKind;
        Assert.True(isAccount || subject.Kind is RbacNames.UserKind or RbacNames.GroupKind);
        Assert.Equal(isAccount ? "" : RbacNames.Group, subject.ApiGroup);
        Assert.NotEmpty(subject.Name);
        Assert.Equal(isAccount, subject.Namespace.Length > 0);
        if (isAccount)
        {
            Assert.Matches(Label(), subject.Name);
            Assert.Matches(Label(), subject.Namespace);
        }
    }

    private static void AssertValid(PolicyRule rule, bool isNamespaced)
    {
        Assert.NotEmpty(rule.Verbs);
        Assert.Equal(rule.ApiGroups.IsEmpty, rule.Resources.IsEmpty);
        Assert.NotEqual(rule.Resources.IsEmpty, rule.NonResourceUrls.IsEmpty);
        Assert.False(isNamespaced && !rule.NonResourceUrls.IsEmpty);
        Assert.Distinct(rule.Resources);
    }

    [GeneratedRegex("^(?!\\.{1,2}$)[^/%]+$")]
    private static partial Regex PathSegment();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex Label();
}
