/** Says in plain words which right an account lacks, when the API server has refused a request for that. Pure. */

/** How the API server names the right, whatever authorizer refuses. */
const REFUSAL =
  /User "([^"]*)" cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)"| at the cluster scope)?/;

/** What an admission plugin says that some distributions turn on; it is off by itself. */
const OWNER_REFERENCES = "cannot set an ownerRef on a resource you can't delete";

/** The message of a refusal, in plain words where it is about rights; otherwise as it is. */
export function plainRefusal(message: string): string {
  if (message.includes(OWNER_REFERENCES)) {
    return `${message}. In this cluster, whoever changes the owner references of an object needs the right to delete ` +
      'it: add "delete" to the verbs of its kind in "owns"';
  }
  const found = REFUSAL.exec(message);
  if (!found) return message;
  const [, user, verb, resource = "", group = "", namespace] = found;
  const [plural, part] = resource.split("/");
  const what = `${part === undefined ? "" : `${part} of `}${plural}${group === "" ? "" : `.${group}`}`;
  const where = namespace === undefined ? "in the whole cluster" : `in namespace ${namespace}`;
  const role = namespace === undefined ? "ClusterRole" : "Role";
  const rule = JSON.stringify({ apiGroups: [group], resources: [resource], verbs: [verb] });
  return `the account ${user} lacks the right to ${verb} ${what} ${where}. Give it a ${role} with the rule ${rule}; ` +
    "the operator's command manifests prints all the rules that it needs";
}
