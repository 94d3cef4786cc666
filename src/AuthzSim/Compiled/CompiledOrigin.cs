using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>The binding that a check found, as the objects it was compiled from.</summary>
/// <param name="tables">The policy.</param>
/// <param name="request">The request it allows.</param>
/// <param name="result">The check's result.</param>
/// <param name="subject">The subject of the binding that applies.</param>
internal sealed class CompiledOrigin(PolicyTables tables, RequestAttributes request, CheckResult result, Subject subject) : DecisionOrigin
{
    private RuleSource? _source;

    /// <inheritdoc/>
    public override string Reason
    {
        get
        {
            ref readonly var row = ref RowMapping.RowOf(tables, result.IsNamespaced, result.Binding);
            return AuthorizationResult.ReasonOf(RuleSource.Describe(
                result.IsNamespaced ? RbacNames.RoleBindingKind : RbacNames.ClusterRoleBindingKind,
                tables.RecordOf(row).Name,
                result.IsNamespaced ? tables.Namespaces[row.Namespace] : null,
                tables.RoleRefs[row.RoleRef].RoleRef,
                subject));
        }
    }

    /// <inheritdoc/>
    public override RuleSource Source => _source ??= new RuleSource(
        RowMapping.BindingAt(tables, result.IsNamespaced, result.Binding),
        subject,
        tables.Roles[tables.RoleRefs[RowMapping.RowOf(tables, result.IsNamespaced, result.Binding).RoleRef].Role].Role!.Record.ToRole(tables));

    /// <summary>The first rule of the role that allows the request, judged by the specification.</summary>
    public override PolicyRule Rule => Source.Role.Rules.First(r => RuleMatcher.RuleAllows(request, r));
}
